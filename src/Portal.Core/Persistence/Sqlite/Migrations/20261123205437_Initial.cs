using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Core.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "accounts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    issuer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    role_values = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    organization_ids = table.Column<string>(type: "TEXT", maxLength: 100000, nullable: false),
                    last_sign_in_at = table.Column<long>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor_issuer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    actor_subject = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    actor_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    action = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: true),
                    asset_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    operation_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    detail = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    friendly_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    xml = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operations",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", maxLength: 600, nullable: false),
                    operation_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    request_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations", x => new { x.scope, x.operation_id });
                });

            migrationBuilder.CreateTable(
                name: "organizations",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organizations", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    payload = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "replacements",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    device_id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    old_device_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    new_device_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    product_id = table.Column<long>(type: "INTEGER", nullable: false),
                    credential_version = table.Column<int>(type: "INTEGER", nullable: false),
                    reason = table.Column<int>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    by_issuer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    by_subject = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    by_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    old_device_key_since = table.Column<long>(type: "INTEGER", nullable: false),
                    old_device_last_seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    reveal_grant_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    connected_at = table.Column<long>(type: "INTEGER", nullable: true),
                    connected_from = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    superseded_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replacements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "reveal_grants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    device_id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    product_key = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    device_key = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    credential_version = table.Column<int>(type: "INTEGER", nullable: false),
                    replacement_id = table.Column<long>(type: "INTEGER", nullable: true),
                    owner_issuer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    owner_subject = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    displays = table.Column<int>(type: "INTEGER", nullable: false),
                    last_display_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    close_reason = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reveal_grants", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    owner_issuer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    owner_subject = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    query = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "session_tickets",
                columns: table => new
                {
                    session_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    value = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_session_tickets", x => x.session_id);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    provider_session_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    address = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    end_reason = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                    table.ForeignKey(
                        name: "fk_sessions_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "products",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    product_key = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    name_zh = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    type = table.Column<int>(type: "INTEGER", nullable: false),
                    model_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_products", x => x.id);
                    table.ForeignKey(
                        name: "fk_products_organizations_organization_number",
                        column: x => x.organization_number,
                        principalTable: "organizations",
                        principalColumn: "number",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "devices",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_number = table.Column<long>(type: "INTEGER", nullable: false),
                    asset_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    product_id = table.Column<long>(type: "INTEGER", nullable: false),
                    device_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name_zh = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    description = table.Column<string>(type: "TEXT", maxLength: 512, nullable: true),
                    time_zone = table.Column<string>(type: "TEXT", maxLength: 6, nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    activated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_online_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_offline_at = table.Column<long>(type: "INTEGER", nullable: true),
                    credential_version = table.Column<int>(type: "INTEGER", nullable: false),
                    credential_key_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    credential_sealed = table.Column<byte[]>(type: "BLOB", maxLength: 256, nullable: false),
                    former_keys = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_devices", x => x.id);
                    table.ForeignKey(
                        name: "fk_devices_products_product_id",
                        column: x => x.product_id,
                        principalTable: "products",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_accounts_issuer_subject",
                table: "accounts",
                columns: new[] { "issuer", "subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_actor_subject_sequence",
                table: "audit_entries",
                columns: new[] { "actor_subject", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_asset_id_sequence",
                table: "audit_entries",
                columns: new[] { "asset_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_organization_number_sequence",
                table: "audit_entries",
                columns: new[] { "organization_number", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_devices_asset_id",
                table: "devices",
                column: "asset_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_devices_product_id",
                table: "devices",
                column: "product_id");

            migrationBuilder.CreateIndex(
                name: "ix_devices_product_id_device_key",
                table: "devices",
                columns: new[] { "product_id", "device_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_devices_status",
                table: "devices",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "ix_operations_at",
                table: "operations",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_organizations_organization_id",
                table: "organizations",
                column: "organization_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_products_organization_number",
                table: "products",
                column: "organization_number");

            migrationBuilder.CreateIndex(
                name: "ix_products_product_key",
                table: "products",
                column: "product_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_replacements_device_id_id",
                table: "replacements",
                columns: new[] { "device_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_replacements_organization_number_at",
                table: "replacements",
                columns: new[] { "organization_number", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_replacements_product_id_old_device_key_at",
                table: "replacements",
                columns: new[] { "product_id", "old_device_key", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_replacements_waiting",
                table: "replacements",
                columns: new[] { "organization_number", "at" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_reveal_grants_device_id",
                table: "reveal_grants",
                column: "device_id");

            migrationBuilder.CreateIndex(
                name: "ix_reveal_grants_expires_at",
                table: "reveal_grants",
                column: "expires_at",
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_reveal_grants_owner_issuer_owner_subject",
                table: "reveal_grants",
                columns: new[] { "owner_issuer", "owner_subject" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "ix_saved_views_owner_issuer_owner_subject_name",
                table: "saved_views",
                columns: new[] { "owner_issuer", "owner_subject", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sessions_account_id",
                table: "sessions",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_provider_session_id",
                table: "sessions",
                column: "provider_session_id");

            migrationBuilder.Sql(SearchSchema.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(SearchSchema.Drop);

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "devices");

            migrationBuilder.DropTable(
                name: "operations");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "replacements");

            migrationBuilder.DropTable(
                name: "reveal_grants");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropTable(
                name: "session_tickets");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "products");

            migrationBuilder.DropTable(
                name: "accounts");

            migrationBuilder.DropTable(
                name: "organizations");
        }
    }
}
