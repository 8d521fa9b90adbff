using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Connections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "allows_activation",
                table: "replacements",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "allows_activation",
                table: "products",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "allows_sha1",
                table: "products",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "secret_key_id",
                table: "products",
                type: "TEXT",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "secret_sealed",
                table: "products",
                type: "BLOB",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "secret_version",
                table: "products",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "connection_log",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    device_id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    code = table.Column<int>(type: "INTEGER", nullable: false),
                    device_key = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    knocked_by = table.Column<int>(type: "INTEGER", nullable: false),
                    other_asset_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    sign_out_reason = table.Column<int>(type: "INTEGER", nullable: true),
                    address = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_connection_log", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "online_devices",
                columns: table => new
                {
                    device_id = table.Column<long>(type: "INTEGER", nullable: false),
                    credential_version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_online_devices", x => x.device_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_connection_log_at",
                table: "connection_log",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_connection_log_device_id_id",
                table: "connection_log",
                columns: new[] { "device_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "connection_log");

            migrationBuilder.DropTable(
                name: "online_devices");

            migrationBuilder.DropColumn(
                name: "allows_activation",
                table: "replacements");

            migrationBuilder.DropColumn(
                name: "allows_activation",
                table: "products");

            migrationBuilder.DropColumn(
                name: "allows_sha1",
                table: "products");

            migrationBuilder.DropColumn(
                name: "secret_key_id",
                table: "products");

            migrationBuilder.DropColumn(
                name: "secret_sealed",
                table: "products");

            migrationBuilder.DropColumn(
                name: "secret_version",
                table: "products");
        }
    }
}
