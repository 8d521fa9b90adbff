using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Applications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "access_key",
                table: "reveal_grants",
                type: "TEXT",
                maxLength: 36,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "application_id",
                table: "reveal_grants",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "application_name",
                table: "reveal_grants",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "subject",
                table: "reveal_grants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "products",
                type: "TEXT",
                maxLength: 512,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name_en",
                table: "products",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "attributes",
                table: "devices",
                type: "TEXT",
                maxLength: 16384,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name_en",
                table: "devices",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "tags",
                table: "devices",
                type: "TEXT",
                maxLength: 32768,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "applications",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    access_key = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    rights = table.Column<int>(type: "INTEGER", nullable: false),
                    allows_clear_text = table.Column<bool>(type: "INTEGER", nullable: false),
                    bearer_client_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_by_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    token_id = table.Column<byte[]>(type: "BLOB", maxLength: 16, nullable: true),
                    token_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_token_at = table.Column<long>(type: "INTEGER", nullable: true),
                    secret_version = table.Column<int>(type: "INTEGER", nullable: false),
                    secret_key_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    secret_sealed = table.Column<byte[]>(type: "BLOB", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_applications", x => x.id);
                    table.ForeignKey(
                        name: "fk_applications_organizations_organization_number",
                        column: x => x.organization_number,
                        principalTable: "organizations",
                        principalColumn: "number",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "application_public_keys",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    application_id = table.Column<long>(type: "INTEGER", nullable: false),
                    spki = table.Column<byte[]>(type: "BLOB", maxLength: 2048, nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    size_in_bits = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_application_public_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_application_public_keys_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_reveal_grants_application_id",
                table: "reveal_grants",
                column: "application_id",
                filter: "state = 0 AND application_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_application_public_keys_application_id_fingerprint",
                table: "application_public_keys",
                columns: new[] { "application_id", "fingerprint" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_application_public_keys_application_id_state",
                table: "application_public_keys",
                columns: new[] { "application_id", "state" },
                unique: true,
                filter: "state < 2");

            migrationBuilder.CreateIndex(
                name: "ix_applications_access_key",
                table: "applications",
                column: "access_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_bearer_client_id",
                table: "applications",
                column: "bearer_client_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_organization_number_name",
                table: "applications",
                columns: new[] { "organization_number", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_applications_token_id",
                table: "applications",
                column: "token_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "application_public_keys");

            migrationBuilder.DropTable(
                name: "applications");

            migrationBuilder.DropIndex(
                name: "ix_reveal_grants_application_id",
                table: "reveal_grants");

            migrationBuilder.DropColumn(
                name: "access_key",
                table: "reveal_grants");

            migrationBuilder.DropColumn(
                name: "application_id",
                table: "reveal_grants");

            migrationBuilder.DropColumn(
                name: "application_name",
                table: "reveal_grants");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "reveal_grants");

            migrationBuilder.DropColumn(
                name: "description",
                table: "products");

            migrationBuilder.DropColumn(
                name: "name_en",
                table: "products");

            migrationBuilder.DropColumn(
                name: "attributes",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "name_en",
                table: "devices");

            migrationBuilder.DropColumn(
                name: "tags",
                table: "devices");
        }
    }
}
