package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Refuses a migration that rewrites or scans a large table under a lock, or that breaks the release
 * before, which still runs on the same database. What a release no longer uses may go only after
 * that release: the statement then says {@code -- Contract: unused since VERSION}.
 */
final class MigrationRulesTest {
  private static final Path FOLDER = Path.of("src/main/resources/db/migration");
  private static final Path CHANGELOG = Path.of("docs/changelog.md");
  private static final Pattern SCRIPT = Pattern.compile("V(\\d+)__\\w+\\.sql");

  /** The scripts up to here were written before the first deployment. */
  private static final int BEFORE_THE_RULES = 7;

  private static final String OWN =
      "CREATE TABLE factor (id uuid PRIMARY KEY, name text NOT NULL); ";
  private static final String UNUSED = "-- Contract: unused since 1.2.0\n";

  @Test
  void hold() throws IOException {
    Map<Integer, Path> scripts = new TreeMap<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      files.forEach(file -> {
        Matcher name = SCRIPT.matcher(file.getFileName().toString());
        assertThat(name.matches()).as(file.toString()).isTrue();
        scripts.put(Integer.valueOf(name.group(1)), file);
      });
    }
    assertThat(scripts).isNotEmpty();
    for (Map.Entry<Integer, Path> script : scripts.entrySet()) {
      if (script.getKey() > BEFORE_THE_RULES) {
        assertThat(MigrationRules.violations(Files.readString(script.getValue()), releases()))
            .as(script.getValue().toString())
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Breaks the release before.
        "ALTER TABLE account DROP COLUMN locale",
        "ALTER TABLE account DROP locale",
        "ALTER TABLE account\nDROP /* only /* this */ one */ locale",
        "ALTER TABLE \"account\" DROP \"locale\"",
        "ALTER TABLE public.account ADD COLUMN phone text",
        "ALTER TABLE session RENAME COLUMN counter TO rotations",
        "ALTER TABLE session RENAME counter TO rotations",
        "ALTER TABLE session RENAME TO sessions",
        "ALTER VIEW living_session RENAME TO living",
        "ALTER TABLE account SET SCHEMA other",
        "ALTER TABLE account ALTER role DROP DEFAULT",
        "ALTER TABLE account ADD COLUMN phone text NOT NULL",
        "ALTER TABLE account ADD a text, ADD phone text NOT NULL",
        "ALTER TABLE account ADD phone text CHECK (phone <> 'DEFAULT') NOT NULL",
        "ALTER TABLE account ADD phone text NOT NULL DEFAULT NULL",
        "ALTER TABLE account DISABLE TRIGGER account_deleted",
        "DROP TABLE mail",
        "DROP VIEW IF EXISTS living_session CASCADE",
        "DROP TRIGGER account_deleted ON account",
        "DROP INDEX CONCURRENTLY mail_due",
        "REVOKE SELECT ON account FROM PUBLIC",
        "REVOKE ALL ON ROUTINE make_partitions FROM PUBLIC",
        "ALTER FUNCTION make_partitions() OWNER TO postgres",
        "CREATE RULE r AS ON INSERT TO account DO INSTEAD NOTHING",
        "ALTER TABLE account ENABLE ROW LEVEL SECURITY",
        // Rewrites or scans a table, or builds an index, under a lock.
        "ALTER TABLE session ALTER counter TYPE numeric",
        "ALTER TABLE session ALTER COLUMN counter SET DATA TYPE numeric",
        "ALTER TABLE session ADD COLUMN token uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE session ADD token timestamptz DEFAULT clock_timestamp()",
        "ALTER TABLE session ADD token text DEFAULT my_function('x')",
        "ALTER TABLE session ADD token bigserial",
        "ALTER TABLE session ADD token bigint GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE session ADD token text GENERATED ALWAYS AS ('x') STORED",
        "ALTER TABLE session ADD token my_domain",
        "ALTER TABLE session ADD token uuid REFERENCES account",
        "ALTER TABLE session ADD token uuid UNIQUE",
        "ALTER TABLE account ALTER locale SET NOT NULL",
        "ALTER TABLE account ADD CONSTRAINT c CHECK (length(email) < 300)",
        "ALTER TABLE account ADD CHECK (email <> 'NOT VALID')",
        "ALTER TABLE account ADD CHECK (true) -- NOT VALID",
        "ALTER TABLE session ADD FOREIGN KEY (account_id) REFERENCES account",
        "ALTER TABLE account ADD CONSTRAINT u UNIQUE (locale)",
        "ALTER TABLE account ADD EXCLUDE USING gist (locale WITH =)",
        "ALTER TABLE account SET UNLOGGED",
        "ALTER TABLE account SET TABLESPACE other",
        "ALTER TABLE IF EXISTS account ALTER locale SET NOT NULL",
        "ALTER TABLE account ATTACH PARTITION other DEFAULT",
        "CREATE INDEX i ON account (locale)",
        "CREATE INDEX ON account (locale)",
        "CREATE INDEX IF NOT EXISTS i ON account (locale)",
        "CREATE INDEX concurrently_not ON account (locale)",
        "CREATE UNIQUE INDEX i ON session USING hash (id)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON account (locale)",
        "CREATE TABLE child () INHERITS (account)",
        "CREATE TABLE child PARTITION OF audit_event DEFAULT",
        "CREATE TABLE copy AS SELECT * FROM account",
        "CREATE MATERIALIZED VIEW copy AS SELECT * FROM account",
        "CREATE TABLE IF NOT EXISTS account (id uuid)",
        // Changes rows while others wait for them, or locks the table.
        "UPDATE account SET locale = 'en'",
        "WITH a AS (SELECT 1) UPDATE account SET locale = 'en'",
        "DELETE FROM ONLY mail",
        "MERGE INTO account USING mail ON true WHEN MATCHED THEN DO NOTHING",
        "TRUNCATE mail",
        "INSERT INTO account_source SELECT id FROM account",
        "INSERT INTO service_right SELECT 'a', 'b' FROM account",
        "INSERT INTO service_right VALUES ((SELECT 'a'), 'b')",
        "INSERT INTO service_right VALUES (f('a'), 'b')",
        "SELECT change_all_accounts()",
        "SELECT set_config('lock_timeout', '0', true)",
        "CALL let_serve('postgres')",
        "DO $$ BEGIN UPDATE account SET locale = 'en'; END $$",
        "DO LANGUAGE plpgsql $a$ BEGIN DROP TABLE mail; END $a$",
        "SET lock_timeout = 0",
        "LOCK TABLE account",
        "LOCK account",
        "CLUSTER account USING account_pkey",
        "VACUUM FULL account",
        "REINDEX TABLE account",
        "REFRESH MATERIALIZED VIEW v",
        "COPY account FROM PROGRAM 'true'",
        "BEGIN",
        "COMMIT",
      })
  void refuse(String statement) {
    assertThat(MigrationRules.violations(statement + ";", Set.of())).hasSize(1);
    // A statement before it, or a text that looks like the end of it, hides nothing.
    String hidden = "CREATE TABLE t (a text DEFAULT '; -- $$', b text); " + statement + ";";
    assertThat(MigrationRules.violations(hidden, Set.of())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OWN + "CREATE INDEX CONCURRENTLY i ON account (locale);",
        OWN + "ALTER TABLE session VALIDATE CONSTRAINT c;",
        OWN
            + "CREATE TRIGGER t AFTER INSERT ON factor FOR EACH ROW EXECUTE FUNCTION f();"
            + " INSERT INTO factor VALUES ('a', 'b');",
        OWN + "ALTER TABLE factor INHERIT account;",
        OWN + "ALTER TABLE account ADD COLUMN phone text, DROP COLUMN locale;",
        UNUSED + OWN + "ALTER TABLE account DROP COLUMN locale;",
        "ALTER TABLE account " + UNUSED + " DROP COLUMN locale;",
        "/* " + UNUSED + "*/ ALTER TABLE account DROP COLUMN locale;",
        UNUSED + "ALTER TABLE account ALTER locale TYPE integer;",
        UNUSED + "DROP TABLE account CASCADE;",
        "-- Contract: unused since 1.3.0\nDROP TABLE mail;",
        "COMMENT ON TABLE account IS '${now}';",
      })
  void refuseTogether(String script) {
    assertThat(MigrationRules.violations(script, Set.of("1.2.0"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE account ADD COLUMN phone text, ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';",
        "ALTER TABLE account ADD a boolean DEFAULT false NOT NULL, ADD b text[] NULL;",
        "ALTER TABLE account ADD a timestamptz NOT NULL DEFAULT now();",
        "ALTER TABLE account ADD CONSTRAINT c CHECK (true) NOT VALID;",
        "ALTER TABLE session VALIDATE CONSTRAINT c;",
        OWN
            + "CREATE UNIQUE INDEX i ON factor (name); INSERT INTO factor (id, name) VALUES ('a', 'b');",
        OWN + "ALTER TABLE factor ALTER name SET NOT NULL, ADD UNIQUE (name);",
        "CREATE TABLE days (at timestamptz) PARTITION BY RANGE (at);",
        "CREATE INDEX CONCURRENTLY i ON account (locale);",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM account; $$;"
            + " REVOKE ALL ON ROUTINE f FROM PUBLIC;",
        "-- DROP TABLE account;\nINSERT INTO service_right VALUES ('factor', 'SELECT'), ('x', 'y');",
        "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);",
        "INSERT INTO webhook_kind VALUES ('factor.added'), ('factor.removed');",
        UNUSED + "ALTER TABLE account DROP COLUMN locale;",
        UNUSED + "DROP TABLE mail;",
      })
  void allow(String script) {
    assertThat(MigrationRules.violations(script, Set.of("1.2.0"))).isEmpty();
  }

  /** The releases of the changelog. */
  private static Set<String> releases() throws IOException {
    Set<String> releases = new HashSet<>();
    Pattern.compile("(?m)^## (\\d\\S*)(?! \\(unreleased\\))$")
        .matcher(Files.readString(CHANGELOG))
        .results()
        .forEach(release -> releases.add(release.group(1)));
    return releases;
  }
}
