using System.Diagnostics;
using System.Text.Json;
using Portal.Features.Applications;
using Unit.ConnectApi;

namespace Unit.Applications;

/// <summary>The code that the page shows, run as a person would who has copied it: against a listening portal.</summary>
public sealed class CodeSampleTests(CodeSampleTests.ListeningPortal portal) : IClassFixture<CodeSampleTests.ListeningPortal>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    public static TheoryData<string, string> Pairs =>
        new() { { "replace.sh", "decrypt.py" }, { "replace.py", "decrypt.py" }, { "replace.cs", "decrypt.cs" } };

    [Theory, MemberData(nameof(Pairs))]
    public async Task Sample_AsShown_ReplacesAndOpensTheSecret(string replacing, string decrypting)
    {
        var world = portal.World;
        var (client, device) = (await world.NewClientAsync(), await world.NextDeviceAsync());
        using var folder = new SampleFolder(world.Portal.Address, client);
        var newKey = $"new-{replacing.Replace('.', '-')}";

        var (exitCode, answer, error) = await folder.RunAsync(replacing, "", device.AssetId, newKey, "--secret");
        Assert.True(exitCode == 0, $"{replacing}: {answer} {error}");
        using var parsed = JsonDocument.Parse(answer);
        Assert.Equal(newKey, parsed.RootElement.GetProperty("data").GetProperty("deviceKey").GetString());

        (exitCode, var secret, error) = await folder.RunAsync(decrypting, answer, folder.PrivateKeyFile);
        Assert.True(exitCode == 0, $"{decrypting}: {error}");
        Assert.True(ReplaceFlowTests.Open(parsed.RootElement.GetProperty("data")) == secret.Trim(), "The secret that was opened is another one.");
    }

    [Theory]
    [InlineData("replace.sh")]
    [InlineData("replace.py")]
    [InlineData("replace.cs")]
    public async Task Sample_WrongSecretKey_EndsWithAnErrorAndChangesNothing(string replacing)
    {
        var world = portal.World;
        var (client, device) = (await world.NewClientAsync(), await world.NextDeviceAsync());
        using var folder = new SampleFolder(world.Portal.Address, client);
        var before = world.Snapshot();

        var (exitCode, _, error) = await folder.RunWithAsync(Guid.NewGuid().ToString(), replacing, "", device.AssetId, "new-key-1");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("No token", error, StringComparison.Ordinal);
        Assert.Equal(before, world.Snapshot());
    }

    [Theory]
    [InlineData("decrypt.py")]
    [InlineData("decrypt.cs")]
    public async Task Decrypting_ChangedOnItsWay_OpensNothing(string decrypting)
    {
        var world = portal.World;
        var (client, device) = (await world.NewClientAsync(), await world.NextDeviceAsync());
        using var folder = new SampleFolder(world.Portal.Address, client);
        var data = ConnectWorld.Ok(await client.PostAsync(
            ConnectWorld.V24, "replaceDevice", $$"""{"newDeviceKey":"changed-{{decrypting}}","requireSecret":true}""", ("assetId", device.AssetId)));
        var bytes = data.GetProperty("deviceSecret").GetBytesFromBase64();
        bytes[20] ^= 1;
        var changed = JsonSerializer.Serialize(new { data = new { sessionKey = data.GetProperty("sessionKey").GetString(), deviceSecret = bytes } });

        var (exitCode, secret, _) = await folder.RunAsync(decrypting, changed, folder.PrivateKeyFile);

        Assert.NotEqual(0, exitCode);
        Assert.Empty(secret);
    }

    [Fact]
    public void Samples_HaveNoSecretAndNoPlaceLeftOpen()
    {
        foreach (var sample in CodeSample.Replacing.Concat(CodeSample.Decrypting))
        {
            var text = sample.Text(new Uri("https://portal.example/x/"), "the-access-key", "the-organization");

            Assert.DoesNotMatch("__[A-Z_]+__", text);
            Assert.Equal(CodeSample.Replacing.Contains(sample), text.Contains(CodeSample.SecretKeyVariable, StringComparison.Ordinal));
            Assert.DoesNotContain("portal.example/x", text, StringComparison.Ordinal);
        }
    }

    /// <summary>One for all: each test has an application and a device of its own.</summary>
    public sealed class ListeningPortal : IAsyncLifetime
    {
        internal ConnectWorld World { get; private set; } = null!;

        public async ValueTask InitializeAsync() => World = await ConnectWorld.StartAsync();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    /// <summary>The samples of one application, saved beside its private key.</summary>
    private sealed class SampleFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-samples-");
        private readonly string _secretKey;

        public SampleFolder(Uri portal, EnosClient client)
        {
            _secretKey = client.SecretKey;
            File.WriteAllText(PrivateKeyFile, ConnectWorld.Key.ExportPkcs8PrivateKeyPem());
            foreach (var sample in CodeSample.Replacing.Concat(CodeSample.Decrypting))
            {
                File.WriteAllText(Path.Combine(_folder.FullName, sample.FileName), sample.Text(portal, client.AccessKey, client.OrganizationId));
            }
        }

        public string PrivateKeyFile => Path.Combine(_folder.FullName, "private.pem");

        public Task<(int ExitCode, string Output, string Error)> RunAsync(string file, string input, params string[] arguments) =>
            RunWithAsync(_secretKey, file, input, arguments);

        public async Task<(int ExitCode, string Output, string Error)> RunWithAsync(string secretKey, string file, string input, params string[] arguments)
        {
            string[] program = Path.GetExtension(file) switch
            {
                ".sh" => ["bash", file],
                ".py" => ["python3", file],
                _ => ["dotnet", "run", file, "--"],
            };
            var start = new ProcessStartInfo(program[0], [.. program[1..], .. arguments])
            {
                WorkingDirectory = _folder.FullName,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[CodeSample.SecretKeyVariable] = secretKey;
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(s_patience);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
