using System.Reflection;
using System.Text.Json;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Unit.Support;

namespace Unit.Commands;

public sealed class OperationOutcomeTests
{
    public static TheoryData<string> Errors { get; } =
        [.. typeof(Error).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Error)) && !type.IsAbstract).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Errors))]
    [Trait("Requirement", "R-20")]
    public async Task Refusal_RememberedAndRecalled_IsTheSame(string name)
    {
        var error = (Error)Sample(typeof(Error).Assembly.GetType(name, throwOnError: true)!)!;
        var read = (Error)JsonSerializer.Deserialize(JsonSerializer.SerializeToElement(error, error.GetType()), error.GetType())!;
        Assert.Equal(Content(error), Content(read));

        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var runs = 0;
        var commands = portal.Get<CommandRunner>();
        Task<Result<ReplacedDevice>> RunAsync() => commands.RunAsync<ReplacedDevice>(
            new Command("test", Right.Read, olga) { OperationId = "op", Request = 1 }, _ =>
            {
                runs++;
                return Task.FromResult<Result<ReplacedDevice>>(error);
            });

        Assert.Equal(Content(error), Content((await RunAsync()).Error!));
        Assert.Equal(Content(error), Content((await RunAsync()).Error!));
        Assert.Equal(error is NotSignedIn or AccessDenied or OperationReused or OperationIdInvalid ? 2 : 1, runs);
    }

    [Fact]
    public void Success_OfEveryCommandWithAnOperationId_ReadsBackTheSame()
    {
        object[] outcomes =
        [
            new ReplacedDevice("a", "p", "o", "n", 7, Guid.NewGuid(), 3, 2), new ReplacedDevice("a", "p", "o", "n", 7, null, 3, 2),
            new ReplacedDevice("a", "p", "o", "n", 7, null, 3, 2, new EncryptedSecret("sealed", "key"), "request-1"),
            new CreatedDevice("a", "p", "k", Guid.NewGuid()), new CreatedDevice("a", "p", "k", null),
            new CreatedDevice("a", "p", "k", null, 1, new EncryptedSecret("sealed", "key"), "request-1"),
            new CreatedApplication("a", Guid.NewGuid()), new CreatedProduct("p", "request-1"),
            new ChangedDevice("a", DeviceStatus.Disabled, 3, "request-1"), new ChangedProduct("p", "request-1"), new MadeProductSecret("p", 2, Guid.NewGuid()),
        ];
        Assert.All(outcomes, outcome => Assert.Equal(
            outcome, JsonSerializer.Deserialize(JsonSerializer.SerializeToElement(outcome, outcome.GetType()), outcome.GetType())));

        // A request that takes an operation ID belongs to one of these.
        var withOperation = typeof(Error).Assembly.GetTypes().Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal) && type.GetProperty("OperationId") is not null)
            .Select(type => type.Name).Order().ToArray();
        Assert.Equal(
            [
                "ConfigureProductRequest", "CreateApplicationRequest", "CreateDeviceRequest", "CreateProductRequest", "ReissueSecretRequest", "ReplaceDeviceRequest",
                "UpdateDeviceRequest", "UpdateProductRequest",
            ],
            withOperation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    [InlineData(100_000)]
    public async Task Command_OperationIdOfWrongLength_IsRefused(int length)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var olga = await portal.SignInAsync(Role.FullAccess);

        Assert.IsType<OperationIdInvalid>((await portal.ReplaceAsync(olga, "asset-1", "key-new", operationId: new string('x', length))).Error);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM operations"));
    }

    [Fact]
    public async Task Command_HugeText_FillsNeitherTrailNorOperations()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var olga = await portal.SignInAsync(Role.FullAccess);

        Assert.IsType<DeviceKeyInvalid>((await portal.ReplaceAsync(olga, "asset-1", new string('x', 1_000_000), operationId: "op")).Error);
        Assert.IsType<AssetNotFound>((await portal.ReplaceAsync(olga, new string('x', 1_000_000), "key-new", operationId: "op-2")).Error);

        Assert.True(portal.Database.Scalar<long>("SELECT max(length(detail)) FROM audit_entries") < 8000);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM operations"));
    }

    /// <summary>Its type and all its parts, lists too, which records compare by reference.</summary>
    private static (Type Type, string Parts) Content(Error error) => (error.GetType(), JsonSerializer.Serialize(error, error.GetType()));

    /// <summary>One of that type with something in every part.</summary>
    private static object? Sample(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return "text \"quoted\" 逆变器";
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        }

        if (type == typeof(Guid))
        {
            return Guid.NewGuid();
        }

        if (type == typeof(DateTimeOffset))
        {
            return new DateTimeOffset(2026, 11, 23, 8, 1, 2, 345, TimeSpan.Zero);
        }

        if (type.IsPrimitive)
        {
            return Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)))
        {
            return Array.CreateInstance(type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0], 0);
        }

        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType))]);
    }
}
