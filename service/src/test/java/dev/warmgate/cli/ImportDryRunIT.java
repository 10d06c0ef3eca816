package dev.warmgate.cli;

import static dev.warmgate.cli.Imports.BCRYPT;
import static dev.warmgate.cli.Imports.OF_DECOMPOSED;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looks at the whole database before and after a dry run that would change all sorts of things. */
final class ImportDryRunIT {
  private static final String DATABASE = Dependencies.newDatabaseUrl();
  private static final String HEADER = "id,email,email_confirmed,disabled,password_hash";

  /** The tables that an import writes to. */
  private static final List<String> TABLES =
      List.of(
          "account",
          "account_source",
          "account_identity",
          "account_import",
          "factor",
          "passkey",
          "session",
          "session_ending",
          "revocation",
          "audit_event");

  @RegisterExtension static final Imports IMPORTS = new Imports(DATABASE);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", DATABASE);

  private final ApiClient api = SERVICE.api();

  @Test
  void changesNothing() {
    UUID changed = UUID.randomUUID();
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    List<String> emails = List.of(newEmail(), newEmail(), newEmail(), newEmail());
    IMPORTS.csv(
        HEADER,
        changed + "," + emails.get(0) + ",yes,no," + BCRYPT,
        one + "," + emails.get(1) + ",yes,no,",
        two + "," + emails.get(2) + ",yes,no,");
    assertThat(api.login(emails.get(0), Imports.OLD_PASSWORD).status()).isEqualTo(200);
    assertThat(api.register(emails.get(3)).status()).isEqualTo(201);
    List<String> before = contents();

    CommandRun done =
        IMPORTS.run(
            HEADER
                + "\n"
                + String.join(
                    "\n",
                    changed + "," + emails.get(0) + ",yes,yes," + OF_DECOMPOSED,
                    one + "," + emails.get(2) + ",yes,no,",
                    two + "," + emails.get(1) + ",yes,no,",
                    UUID.randomUUID() + "," + emails.get(3) + ",yes,no," + BCRYPT,
                    UUID.randomUUID() + "," + newEmail() + ",yes,no," + BCRYPT)
                + "\n",
            "--from",
            "csv",
            "--dry-run",
            "-");

    assertThat(done.status()).as(done.toString()).isZero();
    assertThat(done.err())
        .contains("Nothing was changed. It would be:")
        .contains("changed: 3, created: 2");
    assertThat(contents()).isEqualTo(before);
  }

  private static List<String> contents() {
    return TABLES.stream()
        .map(table ->
            SERVICE.value(
                "SELECT count(*) || ' ' || md5(string_agg(CAST(one AS text), ' ' ORDER BY CAST(one"
                    + " AS text))) FROM "
                    + table
                    + " AS one"))
        .toList();
  }
}
