package dev.warmgate.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lets schemathesis make requests from the contract, with the credential of each kind of caller: it
 * must find nothing but what {@code schemathesis.toml} lists with a reason. Run by {@code
 * scripts/tests/schemathesis.sh}.
 */
final class SchemathesisCheck {
  private static final String ALL_BUT = "--exclude-operation-id";
  private static final String ONLY = "--include-operation-id";
  private static final Path ALLOWED = Path.of("src/test/schemathesis.toml");

  /**
   * Run by themselves: the first five may end the caller's session, after which every answer is a
   * 401, and for the last two an unsupported method may be answered with 404, since a GET looks for
   * the account with the id {@code search}, and a DELETE for the factor {@code recovery-codes}.
   * {@code ErrorFormsIT} tests the methods of the others.
   */
  private static final List<String> APART =
      List.of(
          "sessionLogout",
          "sessionEnd",
          "adminEndSessions",
          "adminResetFactors",
          "factorRemove",
          "adminSearch",
          "factorMakeRecoveryCodes");

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  @ParameterizedTest
  @ValueSource(strings = {"user", "admin", "service"})
  void findsNothing(String caller) throws Exception {
    String credential = credential(caller);
    run(caller, credential, ALL_BUT);
    assertThat(isAccepted(caller, credential))
        .as(() -> "still logged in as %s; what happened: %s".formatted(caller, events()))
        .isTrue();
    run(caller, credential, ONLY);
  }

  private static String events() {
    return SERVICE.value("SELECT string_agg(DISTINCT event, ', ') FROM audit_event");
  }

  private static boolean isAccepted(String caller, String credential) {
    String path =
        caller.equals("service") ? "/api/v1/database/performance" : "/api/v1/auth/sessions";
    return SERVICE.api().get(path, credential).status() == 200;
  }

  private static void run(String caller, String credential, String choice) throws Exception {
    Path output = Path.of("target/schemathesis-" + caller + choice + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("schemathesis.command"),
                "--config-file",
                ALLOWED.toAbsolutePath().toString(),
                "run",
                "http://127.0.0.1:" + SERVICE.port() + "/openapi.json",
                "--header",
                "Authorization: Bearer " + credential,
                "--checks",
                "all",
                "--max-examples",
                System.getProperty("schemathesis.examples", "50")));
    APART.forEach(operation -> command.addAll(List.of(choice, operation)));
    if (choice.equals(ONLY)) {
      command.addAll(List.of("--exclude-checks", "unsupported_method"));
    }
    Process run =
        new ProcessBuilder(command)
            // It leaves files where it runs.
            .directory(new File("target"))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(run.waitFor())
        .as("as %s, schemathesis found: %s", caller, Files.readString(output))
        .isZero();
  }

  private static String credential(String caller) throws Exception {
    return switch (caller) {
      case "user" -> SERVICE.api().register(ApiClient.newEmail()).text("access_token");
      case "admin" -> AdminAccount.token(SERVICE);
      default -> NewServiceKey.with(SERVICE, Scopes.ALL.toArray(String[]::new));
    };
  }
}
