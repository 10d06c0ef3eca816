package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.signingkey.KeyRotation;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/**
 * {@code keys}: lists, rotates and retires the keys that sign access tokens. {@code rotate}
 * publishes a key well before it signs; {@code retire} replaces a stolen key at once.
 */
public final class KeysCommand extends OperatorCommand {
  private static final String ROW = "%-43s  %-8s  %-20s  %s%n";

  private final PrintStream out;
  private final PrintStream err;

  public KeysCommand() {
    this(System.out, System.err);
  }

  KeysCommand(PrintStream out, PrintStream err) {
    super("keys", "Lists, rotates and retires the keys that sign access tokens");
    this.out = out;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    Subparsers actions =
        parser.addSubparsers().dest("action").metavar("list|rotate|retire|reencrypt");
    actions.addParser("list").help("print all keys, the newest first");
    actions
        .addParser("rotate")
        .help(
            "create the next key and print its id; replicas publish it within keys.reload and sign with it later");
    actions
        .addParser("retire")
        .help("retire a key that may be stolen: all tokens signed with it become invalid at once")
        .addArgument("kid")
        .metavar("KID");
    actions
        .addParser("reencrypt")
        .help(
            "re-encrypt all private keys, webhook secrets and secrets of factors with the newest of"
                + " secrets.key_encryption_keys");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    KeyRotation rotation = services.keys();
    switch (arguments.getString("action")) {
      case "rotate" -> rotate(rotation);
      case "retire" -> retire(services, rotation, arguments.getString("kid"));
      case "reencrypt" ->
          err.println(
              "Re-encrypted: %d keys, %d webhook secrets, %d secrets of factors."
                  .formatted(
                      rotation.reencrypt(),
                      services.webhooks().reencrypt(),
                      services.factors().reencrypt()));
      default -> list(rotation.list());
    }
  }

  private void rotate(KeyRotation rotation) throws ExitStatus {
    KeyRotation.Listed next =
        rotation
            .rotate()
            .orElseThrow(() ->
                ExitStatus.failed(
                    "There is a standby key already; keys list shows from when it signs."));
    out.println(next.id());
    err.println(
        "Every replica publishes it by %s, and caches of the published keys have it by %s. It signs from %s."
            .formatted(
                seconds(rotation.publishedBy()),
                seconds(rotation.cachedBy()),
                seconds(next.signsFrom())));
  }

  private void retire(CommandServices services, KeyRotation rotation, String id) throws ExitStatus {
    if (!services.tellsReplicasAtOnce()) {
      err.println("Redis does not answer: replicas learn of the change within a second.");
    }
    if (!rotation.retire(id)) {
      throw ExitStatus.failed("There is no key " + id + ".");
    }
    err.println(
        "Retired "
            + id
            + ". Services that verify tokens with the published keys may accept it for ten more minutes.");
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private void list(List<KeyRotation.Listed> keys) {
    out.printf(ROW, "KID", "STATE", "SIGNS FROM", "ENCRYPTED WITH");
    for (KeyRotation.Listed key : keys) {
      out.printf(
          ROW,
          key.id(),
          key.state().name().toLowerCase(Locale.ROOT),
          seconds(key.signsFrom()),
          key.encryptionKeyId());
    }
  }
}
