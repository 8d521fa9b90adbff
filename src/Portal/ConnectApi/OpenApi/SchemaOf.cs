using Microsoft.OpenApi;

namespace Portal.ConnectApi.OpenApi;

/// <summary>The same shapes by which requests are read, as JSON schemas; one with a name is written once.</summary>
internal sealed class SchemaOf(OpenApiDocument document)
{
    public IOpenApiSchema Shape(Shape shape, string? about = null, bool isNullable = false)
    {
        if (shape.Name is null)
        {
            var inline = Inline(shape, isNullable);
            inline.Description = about;
            return inline;
        }

        var known = document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!known.ContainsKey(shape.Name))
        {
            known.Add(shape.Name, Inline(shape, isNullable: false));
        }

        var reference = new OpenApiSchemaReference(shape.Name, document);
        return isNullable ? new OpenApiSchema { OneOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }], Description = about }
            : about is null ? reference
            : new OpenApiSchema { AllOf = [reference], Description = about };
    }

    private OpenApiSchema Inline(Shape shape, bool isNullable)
    {
        var schema = new OpenApiSchema { Type = TypeOf(shape) | (isNullable ? JsonSchemaType.Null : 0) };
        switch (shape.Kind)
        {
            case ShapeKind.Number:
                schema.Format = "int32";
                break;
            case ShapeKind.LongNumber or ShapeKind.NumberOrText:
                schema.Format = "int64";
                break;
            case ShapeKind.Array:
                schema.Items = Shape(shape.Items!);
                break;
            case ShapeKind.Free:
                schema.AdditionalProperties = shape.Items is null ? null : Shape(shape.Items);
                break;
            case ShapeKind.Record:
                Add(schema, shape.Members);
                break;
            default:
                break;
        }

        return schema;
    }

    /// <summary>EnOS's answer around the data of an action.</summary>
    public OpenApiSchema Envelope(ConnectAction action)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.Object };
        Add(schema,
        [
            Member.Required("code", ConnectApi.Shape.Number, "0, or what was refused."),
            Member.Required("msg", ConnectApi.Shape.Text, "`OK`, or the refusal in words."),
            Member.Required("requestId", ConnectApi.Shape.Text, "Names the call in the log and in the audit trail."),
        ]);
        schema.Properties!.Add("data", action.Data is null ? new OpenApiSchema { Type = JsonSchemaType.Null } : Shape(action.Data, "Null for a refusal.", isNullable: true));
        schema.Required!.Add("data");
        Add(schema, action.Beside.Select(member => member with { IsRequired = false }));
        return schema;
    }

    private void Add(OpenApiSchema schema, IEnumerable<Member> members)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Required ??= new HashSet<string>();
        foreach (var member in members)
        {
            schema.Properties.Add(member.Name, Shape(member.Shape, member.About, isNullable: !member.IsRequired));
            if (member.IsRequired)
            {
                schema.Required.Add(member.Name);
            }
        }
    }

    private static JsonSchemaType TypeOf(Shape shape) => shape.Kind switch
    {
        ShapeKind.Text => JsonSchemaType.String,
        ShapeKind.Boolean => JsonSchemaType.Boolean,
        ShapeKind.Number or ShapeKind.LongNumber => JsonSchemaType.Integer,
        ShapeKind.NumberOrText => JsonSchemaType.Integer | JsonSchemaType.String,
        ShapeKind.Array => JsonSchemaType.Array,
        _ => JsonSchemaType.Object,
    };
}
