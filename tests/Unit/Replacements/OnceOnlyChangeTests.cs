using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Features.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Unit.Replacements;

public sealed class OnceOnlyChangeTests
{
    private readonly List<string> _operations = [];
    private readonly OnceOnlyChange _change;

    public OnceOnlyChangeTests()
    {
        var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        _change = new OnceOnlyChange(
            new ErrorTexts(services.GetRequiredService<IStringLocalizer<ErrorsText>>()), services.GetRequiredService<IStringLocalizer<ReplacementsText>>(), NullLogger.Instance);
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    [Trait("Requirement", "R-22")]
    public async Task Send_OutcomeIsNotKnown_AsksForTheSameOperationAgain()
    {
        await SendAsync(() => throw new TimeoutException());
        await SendAsync(() => new StorageUnavailable("the database is busy"));
        await SendAsync(() => new ReplacedDevice("asset-1", "inverter", "key-1", "key-2", 1, null, 2, 2, null, null));
        await SendAsync(() => throw new InvalidOperationException("It was made: nothing is sent any more."));

        Assert.NotNull(_change.Made);
        Assert.Equal(3, _operations.Count);
        Assert.Single(_operations.Distinct());
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Send_AfterARefusal_IsAnotherOperation()
    {
        await SendAsync(() => new DeviceKeyInUse("key-2"));
        await SendAsync(() => new DeviceKeyInUse("key-3"));

        Assert.Equal(2, _operations.Distinct().Count());
    }

    [Fact]
    [Trait("Requirement", "R-55")]
    public async Task Send_NothingCouldBeWritten_SaysWhy()
    {
        await SendAsync(() => new StorageUnavailable("the disk is full"));

        Assert.StartsWith("Nothing was changed: the portal cannot write", _change.Failure, StringComparison.Ordinal);
        Assert.Null(_change.Made);
    }

    private Task SendAsync(Func<Result<ReplacedDevice>> outcome) => _change.SendAsync("asset-1", operationId =>
    {
        _operations.Add(operationId);
        return Task.FromResult(outcome());
    });
}
