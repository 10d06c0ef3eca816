package dev.warmgate.database;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts the forms of statements that lock no table that the release before uses for longer than
 * an instant, rewrite or scan none, and leave that release what it uses; refuses every other form.
 * A table of the script's own may be changed freely, since nobody uses it yet.
 */
final class MigrationRules {
  private static final String NAME = "[a-z_]\\w*";
  private static final String TYPE =
      "(?:text|boolean|smallint|integer|bigint|numeric|uuid|bytea|jsonb|inet|date|interval"
          + "|timestamptz)(?: \\[ \\])?";
  private static final String CONSTANT =
      "(?:(?:interval )?''(?: :: " + TYPE + ")?|(?:- )?\\d+(?:\\.\\d+)?|true|false|now \\( \\))";

  /** Values that are no queries, and call no function but that of the time. */
  private static final String VALUES =
      "(?:\\( | \\)|,|(?:" + CONSTANT + "|null|default)|on conflict do nothing| )+";

  private static final String SEARCH_PATH =
      "select set_config ( 'search_path' , quote_ident ( current_schema ( ) ) || ', pg_temp' , true )";

  private static final Pattern CREATE_TABLE =
      Pattern.compile("create table (" + NAME + ") (\\( .*)");
  private static final Pattern AFTER_TABLE =
      Pattern.compile("(partition by range \\( " + NAME + " \\))?");
  private static final Pattern ALTER_TABLE =
      Pattern.compile("alter table (" + NAME + ") (?!\\*)(.*)");
  private static final Pattern CREATE_INDEX =
      Pattern.compile(
          "create (?<unique>unique )?index (?<concurrently>concurrently )?(?!if )(?:(?!on )"
              + NAME
              + " )?on (?<table>"
              + NAME
              + ") (?:using|\\() .*");
  private static final Pattern INSERT =
      Pattern.compile("insert into (" + NAME + ") (?:\\( [\\w, ]+ \\) )?values (" + VALUES + ")");
  private static final Pattern TRIGGER =
      Pattern.compile(
          "create trigger %1$s (?:before|after) [\\w, ]+ on (%1$s) .*execute function %1$s \\(.*"
              .formatted(NAME));
  private static final Pattern ROUTINE =
      Pattern.compile("create (?:or replace )?(?:function|procedure) (" + NAME + ") \\( .*");
  private static final Pattern REVOKE =
      Pattern.compile("revoke all on (?:routine|function|procedure) ([\\w, ]+) from public");
  private static final Pattern HARMLESS =
      Pattern.compile(
          "create (or replace )?view %1$s (\\( .* \\) )?as .*|comment on [a-z]+ [\\w.]+ is ''"
              .formatted(NAME));
  private static final Pattern VALIDATE =
      Pattern.compile("alter table %1$s validate constraint %1$s".formatted(NAME));

  /** What may happen to a table that is in use. */
  private static final Pattern ACTION =
      Pattern.compile(
          ("add (?:column )?%1$s %2$s(?: null)?"
                  + "|add (?:column )?%1$s %2$s(?: not null)? default %3$s"
                  + "|add (?:column )?%1$s %2$s default %3$s not null"
                  + "|add constraint %1$s check \\( .* \\) not valid"
                  + "|add constraint %1$s foreign key \\( [\\w, ]+ \\) references %1$s.* not valid"
                  + "|alter (?:column )?%1$s set default %3$s")
              .formatted(NAME, TYPE, CONSTANT));

  /** What may happen to a table of the script's own. */
  private static final Pattern OWN_ACTION = Pattern.compile("(?:add|alter|drop) .*");

  /** What may go when no release that is in use needs it; CASCADE would take more with it. */
  private static final Pattern CONTRACT =
      Pattern.compile(
          ("drop (?:table|view|function|procedure|index) (?:if exists )?%1$s(?: \\( .* \\))?"
                  + "|drop trigger (?:if exists )?%1$s on %1$s")
              .formatted(NAME));

  private static final Pattern CONTRACT_ACTION =
      Pattern.compile(
          "drop (?:column |constraint )?(?:if exists )?%1$s|alter (?:column )?%1$s drop (?:default|not null)"
              .formatted(NAME));
  private static final Pattern UNUSED = Pattern.compile("-- Contract: unused since (\\S+)");

  /** What other releases read, and nobody waits for. */
  private static final Set<String> SMALL = Set.of("service_right", "webhook_kind");

  private final Set<String> releases;
  private final Set<String> tables = new HashSet<>();
  private final Set<String> routines = new HashSet<>();
  private final Set<String> triggered = new HashSet<>();

  private MigrationRules(Set<String> releases) {
    this.releases = releases;
  }

  /**
   * Returns the statements that are refused.
   *
   * @param releases those after which something may be unused
   */
  static List<String> violations(String script, Set<String> releases) {
    MigrationRules rules = new MigrationRules(releases);
    List<SqlScript.Statement> statements = SqlScript.statements(script);
    List<String> violations = new ArrayList<>();
    if (script.contains("${")) {
      violations.add("a placeholder");
    }
    for (SqlScript.Statement statement : statements) {
      if (!rules.allow(statement, statements.size() == 1)) {
        violations.add(statement.text());
      }
    }
    return violations;
  }

  /**
   * @param alone whether it is the only one, and so holds no lock of another while it takes its
   *     time
   */
  private boolean allow(SqlScript.Statement statement, boolean alone) {
    String text = statement.text();
    Matcher unused = UNUSED.matcher(statement.comments());
    boolean contracts = unused.find() && releases.contains(unused.group(1));
    return statement.literal().equals(SEARCH_PATH)
        || HARMLESS.matcher(text).matches()
        || (alone && VALIDATE.matcher(text).matches())
        || (contracts && CONTRACT.matcher(text).matches())
        || isTable(text)
        || isChange(text, contracts)
        || isIndex(text, alone)
        || isInsert(text)
        || isTrigger(text)
        || isRoutine(text);
  }

  private boolean isTable(String text) {
    Matcher table = CREATE_TABLE.matcher(text);
    return table.matches()
        && AFTER_TABLE.matcher(SqlScript.afterParentheses(table.group(2))).matches()
        && tables.add(table.group(1));
  }

  private boolean isChange(String text, boolean contracts) {
    Matcher table = ALTER_TABLE.matcher(text);
    return table.matches()
        && SqlScript.parts(table.group(2)).stream()
            .allMatch(action ->
                ACTION.matcher(action).matches()
                    || (contracts && CONTRACT_ACTION.matcher(action).matches())
                    || (tables.contains(table.group(1)) && OWN_ACTION.matcher(action).matches()));
  }

  private boolean isIndex(String text, boolean alone) {
    Matcher index = CREATE_INDEX.matcher(text);
    if (!index.matches()) {
      return false;
    }
    boolean concurrently = index.group("concurrently") != null;
    return tables.contains(index.group("table"))
        ? !concurrently
        : concurrently && alone && index.group("unique") == null;
  }

  private boolean isInsert(String text) {
    Matcher insert = INSERT.matcher(text);
    return insert.matches()
        && !triggered.contains(insert.group(1))
        && (tables.contains(insert.group(1)) || SMALL.contains(insert.group(1)));
  }

  private boolean isTrigger(String text) {
    Matcher trigger = TRIGGER.matcher(text);
    return trigger.matches() && triggered.add(trigger.group(1));
  }

  private boolean isRoutine(String text) {
    Matcher routine = ROUTINE.matcher(text);
    if (routine.matches()) {
      routines.add(routine.group(1));
      return true;
    }
    Matcher revoked = REVOKE.matcher(text);
    return revoked.matches() && routines.containsAll(SqlScript.parts(revoked.group(1)));
  }
}
