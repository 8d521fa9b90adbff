using System.Text;
using System.Text.Json;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.AuditReview;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Portal.Core.Views;
using Unit.Support;

namespace Unit.Secrets;

public sealed class CanaryTests
{
    [Fact]
    [Trait("Requirement", "R-49")]
    public async Task Secrets_AfterEveryCommandAtTraceLevel_AreInNoSink()
    {
        using var logs = new CapturedLogs();
        var answers = new StringBuilder();
        var secrets = new List<string>();
        var folder = "";
        string[] files = [];
        var portal = await TestPortal.CreateAsync([("Reveals:MaxDisplays", "2")], logs.AddTo);
        await using (portal)
        {
            folder = portal.Database.Folder;
            await portal.StartJobsAsync();
            await RunEverythingAsync(portal, answers, secrets);
            portal.Clock.Advance(TimeSpan.FromMinutes(16));
            await Task.Delay(300, TestContext.Current.CancellationToken);
            files = [.. Directory.GetFiles(folder).Select(path => Encoding.Latin1.GetString(Read(path)))];
        }

        Assert.True(secrets.Count > 3 && secrets.Distinct().Count() == secrets.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.NotEmpty(files);
        Assert.Contains(logs.Lines, line => line.Text.Contains("reveal_grants"));
        var sinks = files.Append(answers.ToString()).Concat(logs.Lines.Select(line => line.Text)).ToList();
        foreach (var form in secrets.Distinct().SelectMany(Forms))
        {
            Assert.All(sinks, sink => Assert.False(sink.Contains(form, StringComparison.OrdinalIgnoreCase), "a sink holds a secret"));
        }
    }

    private static async Task RunEverythingAsync(TestPortal portal, StringBuilder answers, List<string> secrets)
    {
        void Note(object? answer) => answers.AppendLine(JsonSerializer.Serialize(answer)).AppendLine(answer?.ToString());
        var none = TestContext.Current.CancellationToken;
        var olga = await portal.SignInAsync("olga", Role.Administrator);
        var devices = portal.Get<DeviceService>();
        var reveals = portal.Get<RevealService>();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2");
        async Task ReadAsync(Guid? grantId)
        {
            // What the maker gets is the one place where the secret may be.
            var (secret, error) = await portal.ReadSecretAsync(olga, grantId!.Value);
            if (secret is not null)
            {
                secrets.Add(secret);
            }

            Note(error);
        }

        var created = await devices.CreateAsync(olga, new CreateDeviceRequest(
            TestPortal.Organization, $"inverter-{TestPortal.Organization}", "New", "+01:00", "asset-3", "key-of-3", OperationId: "create"));
        await ReadAsync(created.Value!.RevealGrantId);
        Note(created);
        var made = await portal.Get<ProductSecretService>().MakeAsync(olga, TestPortal.Organization, $"inverter-{TestPortal.Organization}");
        await ReadAsync(made.Value!.RevealGrantId);
        Note(made);
        var replaced = await portal.ReplaceAsync(olga, "asset-1", "key-of-1-new", 1, "replace");
        for (var display = 0; display < 3; display++)
        {
            await ReadAsync(replaced.Value!.RevealGrantId);
        }

        Note(replaced);
        Note(await portal.ReplaceAsync(olga, "asset-1", "key-of-1-new", 1, "replace"));
        Note(await portal.ReplaceAsync(olga, "asset-1", "key-of-2", 2));
        Note(await reveals.RecordCopyAsync(olga, replaced.Value!.RevealGrantId!.Value));
        Note(await reveals.MineAsync(olga, none));
        Note(await reveals.AcknowledgeAsync(olga, replaced.Value!.RevealGrantId!.Value));
        var reissued = await portal.Get<ReplacementService>().ReissueAsync(
            olga, new ReissueSecretRequest(AssetSelector.Asset("asset-2"), ReplacementReason.Stolen, "lost", null, "reissue"));
        await ReadAsync(reissued.Value!.RevealGrantId);
        Note(reissued);

        // An operator who pastes a secret where a wrong one is refused must not leave it in an answer either way; here: a fault with one open.
        portal.Database.Execute("CREATE TRIGGER no_audit BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'unwritable'); END");
        Note(await portal.DisplayAsync(olga, reissued.Value!.RevealGrantId!.Value));
        Note(await portal.ReplaceAsync(olga, "asset-2", "key-of-2-newer"));
        portal.Database.Execute("DROP TRIGGER no_audit");
        portal.Database.Execute("CREATE TRIGGER broken BEFORE INSERT ON replacements BEGIN SELECT 1/0, json('{'); END");
        try
        {
            Note(await portal.ReplaceAsync(olga, "asset-2", "key-of-2-newest"));
        }
        catch (Exception exception)
        {
            answers.AppendLine(exception.ToString());
        }

        portal.Database.Execute("DROP TRIGGER broken");
        Note(await portal.Get<SignInService>().RecordSignInAsync(new DeviceSignIn($"inverter-{TestPortal.Organization}", "key-of-2", 2, "192.0.2.1")));
        Note(await portal.Get<DeviceUpdateService>().UpdateAsync(olga, new UpdateDeviceRequest(AssetSelector.Asset("asset-2"), IsPatch: true) { Name = "Renamed" }));
        Note(await devices.DisableManyAsync(olga, ["asset-1", "asset-2", "asset-9"]));
        Note(await devices.EnableAsync(olga, AssetSelector.Asset("asset-1")));
        Note(await devices.DeleteAsync(olga, AssetSelector.Asset("asset-3")));
        var export = await portal.Get<DeviceExport>().StartAsync(olga, new DeviceExportRequest(new DeviceQuery { OrganizationId = TestPortal.Organization }, []));
        using (var csv = new MemoryStream())
        {
            await portal.Get<DeviceExport>().WriteAsync(olga, PortalCommands.Value(export), csv, none);
            answers.AppendLine(Encoding.UTF8.GetString(csv.ToArray()));
        }

        PortalCommands.Value(await portal.Get<AuditExport>().ExportAsync(olga, new AuditFilter(), () => new AnswerStream(answers)));
        Note(await portal.Get<AssetQueries>().GetAsync(olga, "asset-1", none));
        Note(await portal.Get<AssetQueries>().WaitingAsync(olga, TestPortal.Organization, 10, none));
        Note(await portal.Get<SavedViewService>().SaveAsync(olga, "mine", "q=status:inactive"));
        Note(await portal.Get<SavedViewService>().SaveLayoutAsync(olga, "cols=name.key"));
        Note(await portal.Get<AuditQueries>().SearchAsync(olga, new AuditFilter(PageSize: 200), none));
        Note(await portal.Get<AuditVerifier>().VerifyAsync(olga, none));
        Note(await portal.Get<AccountService>().ListAsync(olga, none));
        Note(await portal.Get<SessionService>().SignOutAsync(olga));
        Assert.IsType<Result<ReplacedDevice>>(await portal.ReplaceAsync(olga, "asset-1", "key-too-late"));
    }

    /// <summary>A secret as text, base64 (either alphabet, any alignment), hex, URL-escaped and UTF-16.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.ASCII.GetBytes(secret);
        yield return secret;
        yield return Convert.ToHexString(bytes);
        for (var offset = 0; offset < 3; offset++)
        {
            yield return Convert.ToBase64String(bytes, offset, (bytes.Length - offset) / 3 * 3);
        }

        yield return Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(secret));
        yield return new string([.. secret.Reverse()]);
    }

    /// <summary>What is written to it is an answer.</summary>
    private sealed class AnswerStream(StringBuilder answers) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => answers.Append(Encoding.UTF8.GetString(buffer));

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
