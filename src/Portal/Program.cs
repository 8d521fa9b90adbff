var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
await using var app = builder.Build();
await app.RunAsync();

public sealed partial class Program;
