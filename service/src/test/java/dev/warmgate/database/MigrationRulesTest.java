package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** What is found in a statement of one line, in upper case, without comments and bodies. */
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put(
        "(DROP (TABLE|VIEW|COLUMN|FUNCTION|PROCEDURE)|RENAME)\\b", "breaks the release before");
    REFUSED.put("\\bDROP DEFAULT\\b", "breaks the release before, which relies on the default");
    REFUSED.put(
        "ADD (COLUMN )?(?!CONSTRAINT)\\w+ (?![^,]*DEFAULT)[^,]*NOT NULL",
        "breaks the release before, which does not fill the column");
    REFUSED.put("ALTER (COLUMN )?\\w+ (SET DATA )?TYPE\\b", "rewrites the table");
    REFUSED.put(
        "ADD (COLUMN )?\\w+ [^,]*(RANDOM|UUID\\(|CLOCK_TIMESTAMP|IDENTITY|STORED|SERIAL)",
        "rewrites the table");
    REFUSED.put("^(CLUSTER|VACUUM|REINDEX|LOCK)\\b", "locks the table");
    REFUSED.put("SET NOT NULL", "scans the table under a lock");
    REFUSED.put(
        "ADD (CONSTRAINT \\w+ )?(CHECK|FOREIGN KEY)(?!.*NOT VALID)",
        "scans the table under a lock");
    REFUSED.put(
        "ADD (CONSTRAINT \\w+ )?(UNIQUE|PRIMARY KEY)(?!.*USING INDEX)",
        "builds an index under a lock");
    REFUSED.put(
        "^(UPDATE|DELETE FROM) ", "changes rows while others wait for them: do it in batches");
  }

  private static final Pattern INDEX =
      Pattern.compile("^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?(\\w+)");
  private static final Pattern TABLE =
      Pattern.compile(
          "^(?:CREATE TABLE (?:IF NOT EXISTS )?|ALTER TABLE (?:ONLY )?|UPDATE |DELETE FROM )(\\w+)");
  private static final Pattern UNUSED = Pattern.compile("-- Contract: unused since (\\S+)");

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
        assertThat(violations(Files.readString(script.getValue()), releases()))
            .as(script.getValue().toString())
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE account DROP COLUMN locale | breaks",
        "ALTER TABLE session RENAME COLUMN counter TO rotations | breaks",
        "DROP TABLE mail | breaks",
        "ALTER TABLE account ALTER COLUMN role DROP DEFAULT | breaks",
        "ALTER TABLE account ADD COLUMN phone text NOT NULL | breaks",
        "ALTER TABLE account ADD a text, ADD phone text NOT NULL | breaks",
        "ALTER TABLE session ALTER counter TYPE numeric | rewrites",
        "ALTER TABLE session ADD COLUMN token uuid DEFAULT gen_random_uuid() | rewrites",
        "ALTER TABLE account ALTER COLUMN locale SET NOT NULL | scans",
        "ALTER TABLE account ADD CONSTRAINT c CHECK (length(email) < 300) | scans",
        "ALTER TABLE session ADD FOREIGN KEY (account_id) REFERENCES account | scans",
        "ALTER TABLE account ADD CONSTRAINT u UNIQUE (locale) | builds an index",
        "CREATE INDEX i ON account (locale) | builds an index",
        "CREATE UNIQUE INDEX i ON session USING hash (id) | builds an index",
        "UPDATE account SET locale = 'en' | batches",
        "LOCK TABLE account | locks",
      })
  void refuse(String statement, String why) {
    assertThat(violations(statement + ";", Set.of())).singleElement().asString().contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE account ADD COLUMN phone text, ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';",
        "ALTER TABLE account ADD CONSTRAINT c CHECK (true) NOT VALID;",
        "CREATE TABLE factor (id uuid PRIMARY KEY, name text NOT NULL); CREATE INDEX i ON factor (name);"
            + " UPDATE factor SET name = 'x';",
        "CREATE INDEX CONCURRENTLY i ON account (locale);",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM account; $$;",
        "-- DROP TABLE account;\nINSERT INTO service_right VALUES ('factor', 'SELECT');",
        "-- Contract: unused since 1.2.0\nALTER TABLE account DROP COLUMN locale;",
      })
  void allow(String script) {
    assertThat(violations(script, Set.of("1.2.0"))).isEmpty();
    assertThat(violations("-- Contract: unused since 1.3.0\nDROP TABLE mail;", Set.of("1.2.0")))
        .hasSize(1);
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

  private static List<String> violations(String script, Set<String> releases) {
    List<String> violations = new ArrayList<>();
    Set<String> own = new HashSet<>();
    String withoutBodies =
        script.replaceAll("--(?! Contract:)[^\n]*", "").replaceAll("(?s)\\$\\$.*?\\$\\$", "\\$\\$");
    for (String commented : withoutBodies.split(";", -1)) {
      Matcher unused = UNUSED.matcher(commented);
      boolean mayGo = unused.find() && releases.contains(unused.group(1));
      String statement =
          commented
              .replaceAll("--[^\n]*", "")
              .strip()
              .replaceAll("\\s+", " ")
              .toUpperCase(Locale.ROOT);
      Matcher table = TABLE.matcher(statement);
      if (table.find() && statement.startsWith("CREATE")) {
        own.add(table.group(1));
      } else if (!mayGo && !(table.reset().find() && own.contains(table.group(1)))) {
        judge(statement, own, violations);
      }
    }
    return violations;
  }

  private static void judge(String statement, Set<String> own, List<String> violations) {
    for (Map.Entry<String, String> rule : REFUSED.entrySet()) {
      if (Pattern.compile(rule.getKey()).matcher(statement).find()) {
        violations.add(statement + ": " + rule.getValue());
        return;
      }
    }
    Matcher index = INDEX.matcher(statement);
    if (index.find() && !own.contains(index.group(1))) {
      violations.add(statement + ": builds an index under a lock: create it CONCURRENTLY");
    }
  }
}
