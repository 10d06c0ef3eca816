package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.request.Scopes;
import dev.warmgate.servicekey.ServiceKey;
import dev.warmgate.servicekey.ServiceKeys;
import io.dropwizard.util.Duration;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.jspecify.annotations.Nullable;

/**
 * {@code service-key}: creates, lists and revokes the keys of other services. A new key is all that
 * standard output contains, and is never shown again.
 */
public final class ServiceKeyCommand extends OperatorCommand {
  private static final String ROW = "%-36s  %-20s  %-32s  %-20s  %-20s  %s%n";

  private final PrintStream out;
  private final PrintStream err;

  public ServiceKeyCommand() {
    this(System.out, System.err);
  }

  ServiceKeyCommand(PrintStream out, PrintStream err) {
    super("service-key", "Creates, lists and revokes the keys of other services");
    this.out = out;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    Subparsers actions = parser.addSubparsers().dest("action").metavar("create|list|revoke");
    Subparser create = actions.addParser("create").help("create a key and print it");
    create.addArgument("--name").required(true).help("what it is for");
    create
        .addArgument("--scope")
        .required(true)
        .action(Arguments.append())
        .choices(new TreeSet<>(Scopes.ALL))
        .help("what it may do; can be repeated");
    create
        .addArgument("--expires")
        .metavar("90d")
        .help("when it expires, at most 36500d (default: never)");
    actions.addParser("list").help("print all keys, also expired and revoked ones");
    actions.addParser("revoke").help("revoke a key at once").addArgument("id").metavar("ID");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    ServiceKeys keys = services.serviceKeys();
    switch (arguments.getString("action")) {
      case "create" -> create(keys, arguments);
      case "revoke" -> revoke(services, keys, id(arguments.getString("id")));
      default -> list(keys.list());
    }
  }

  private void create(ServiceKeys keys, Namespace arguments) throws ExitStatus {
    Instant expiresAt = expiry(arguments.getString("expires"));
    ServiceKeys.Made made;
    try {
      made = keys.create(arguments.getString("name"), arguments.getList("scope"), expiresAt);
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.usage(wrong.getMessage());
    }
    out.println(made.key());
    err.println("Created " + made.id() + "; the key is not shown again.");
  }

  private void list(List<ServiceKey> keys) {
    out.printf(ROW, "ID", "NAME", "SCOPES", "CREATED", "EXPIRES", "STATE");
    Instant now = Instant.now();
    for (ServiceKey key : keys) {
      out.printf(
          ROW,
          key.id(),
          key.name(),
          String.join(" ", new TreeSet<>(key.scopes())),
          seconds(key.createdAt()),
          key.expiresAt() == null ? "never" : seconds(key.expiresAt()),
          key.revokedAt() != null ? "revoked" : key.isGoodAt(now) ? "good" : "expired");
    }
  }

  private void revoke(CommandServices services, ServiceKeys keys, UUID id) throws ExitStatus {
    if (!services.tellsReplicasAtOnce()) {
      err.println("Redis does not answer: replicas learn of the change within a second.");
    }
    if (!keys.revoke(id)) {
      throw ExitStatus.failed("There is no valid key " + id + ".");
    }
    err.println("Revoked " + id + ".");
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static UUID id(String text) throws ExitStatus {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException notAnId) {
      throw ExitStatus.usage("ID must be one that service-key list prints");
    }
  }

  private static @Nullable Instant expiry(@Nullable String text) throws ExitStatus {
    if (text == null) {
      return null;
    }
    try {
      return Instant.now().plus(Duration.parse(text).toJavaDuration());
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException wrong) {
      throw ExitStatus.usage("--expires must be a duration such as 12h or 90d");
    }
  }
}
