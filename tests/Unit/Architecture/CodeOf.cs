using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Unit.Architecture;

/// <summary>The compiled code of the product, as it is called and not only as it is declared.</summary>
internal static class CodeOf
{
    public static ModuleDefinition Core { get; } = Read("Portal.Core.dll");

    public static ModuleDefinition Portal { get; } = Read("Portal.dll");

    public static IEnumerable<TypeDefinition> Types(ModuleDefinition module) => module.GetTypes().Where(type => type.Name != "<Module>");

    /// <summary>The class as it stands in the source: what the compiler makes of lambdas and async methods belongs to it.</summary>
    public static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    /// <summary>Every method called, and where from.</summary>
    public static IEnumerable<(TypeDefinition From, MethodReference To)> Calls(ModuleDefinition module) =>
        from type in Types(module)
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select (Outermost(type), (MethodReference)instruction.Operand);

    /// <summary>Every type that a type names anywhere: bases, members, attributes, code.</summary>
    public static IEnumerable<TypeReference> References(TypeDefinition type)
    {
        var found = new List<TypeReference?> { type.BaseType };
        found.AddRange(type.Interfaces.Select(implemented => implemented.InterfaceType));
        found.AddRange(type.CustomAttributes.Concat(type.Properties.SelectMany(property => property.CustomAttributes)).Select(attribute => attribute.AttributeType));
        found.AddRange(type.Fields.Select(field => field.FieldType));
        found.AddRange(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        foreach (var method in type.Methods)
        {
            found.Add(method.ReturnType);
            found.AddRange(method.Parameters.Select(parameter => parameter.ParameterType));
            if (method.HasBody)
            {
                found.AddRange(method.Body.Variables.Select(variable => variable.VariableType));
                found.AddRange(method.Body.Instructions.SelectMany(Named));
            }
        }

        return found.OfType<TypeReference>().SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> Named(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };

    private static ModuleDefinition Read(string file) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, file));
}
