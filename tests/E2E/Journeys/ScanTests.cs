using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace E2E.Journeys;

/// <summary>Reading a type plate with the camera. The browser's picture is a test picture, its decoder is played.</summary>
public sealed class ScanTests(PortalFixture portal) : Journey(portal)
{
    private const string Decoder =
        """
        window.streams = [];
        const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async wish => {
            const stream = await getUserMedia(wish);
            window.streams.push(stream);
            return stream;
        };
        window.BarcodeDetector = class {
            static async getSupportedFormats() { return ["qr_code"]; }
            async detect(video) { return video.videoWidth > 0 ? [{ rawValue: " SCANNED-KEY-0001 " }] : []; }
        };
        """;

    [Fact]
    public async Task A_code_that_the_camera_sees_becomes_the_new_key_as_if_typed()
    {
        var page = await SignInAsync();
        await page.AddInitScriptAsync(Decoder);
        var dialog = await (await AssetPage.OpenAsync(page, new Fleet(Portal).Next().AssetId)).ReplaceAsync();

        await dialog.Dialog.GetByRole(AriaRole.Button, new() { Name = "Scan a code" }).ClickAsync();

        await Expect(dialog.NewKey).ToHaveValueAsync(" SCANNED-KEY-0001 ");
        await Expect(dialog.NewKey).ToBeFocusedAsync();
        await Expect(dialog.Dialog.Locator(".key-say")).ToContainTextAsync("SCANNED-KEY-0001");
        await Expect(page.Locator("dialog.scan")).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.streams.length === 1 && window.streams[0].getTracks().every(track => track.readyState === 'ended')"));
    }

    [Fact]
    public async Task A_tablet_whose_browser_cannot_read_codes_says_what_else_would_do()
    {
        var tablet = new BrowserNewContextOptions { ViewportSize = new() { Width = 820, Height = 1180 }, HasTouch = true, IsMobile = true };
        var page = await SignInAsync(options: tablet);
        await page.GotoAsync("/devices");
        await ReadyAsync(page);

        var scan = page.GetByRole(AriaRole.Button, new() { Name = "Scan a code" });
        await scan.TapAsync();
        await Expect(page.Locator("dialog.scan")).ToContainTextAsync("cannot read codes");
        await page.Locator("dialog.scan").GetByRole(AriaRole.Button, new() { Name = "Close" }).TapAsync();
        await Expect(scan).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_desk_without_a_decoder_offers_no_camera()
    {
        var page = await SignInAsync();
        await page.GotoAsync("/devices");
        await ReadyAsync(page);
        await Expect(page.Locator(".scan-offer").First).ToBeHiddenAsync();
    }
}
