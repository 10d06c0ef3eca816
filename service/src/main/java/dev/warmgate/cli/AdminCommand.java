package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.admin.Admins;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/**
 * {@code admin}: makes the first admin and every other one, and unmakes them. Anybody can register
 * with the address of somebody else, so no account becomes an admin's by its address alone.
 */
public final class AdminCommand extends OperatorCommand {
  private final InputStream in;
  private final PrintStream err;

  public AdminCommand() {
    this(System.in, System.err);
  }

  AdminCommand(InputStream in, PrintStream err) {
    super("admin", "Makes admins and unmakes them");
    this.in = in;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    Subparsers actions = parser.addSubparsers().dest("action").metavar("create|promote|demote");
    Subparser create = actions.addParser("create").help("make an admin's account");
    create.addArgument("--email").required(true).help("its address");
    create
        .addArgument("--promote")
        .action(Arguments.storeTrue())
        .help("take the account that there is: it gets the new password, and its sessions end");
    create
        .addArgument("--password-stdin")
        .dest("password_stdin")
        .action(Arguments.storeTrue())
        .help("read the password from standard input, one line (default: ask for it)");
    Subparser promote =
        actions
            .addParser("promote")
            .help("make the account of somebody you know an admin's; its password stays");
    promote.addArgument("--account").required(true).metavar("ID").help("its id");
    promote
        .addArgument("--yes")
        .action(Arguments.storeTrue())
        .help("do not ask, only show which account it is");
    actions
        .addParser("demote")
        .help("make an admin's account a user's, and end its sessions")
        .addArgument("--email")
        .required(true)
        .help("its address");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    switch (arguments.getString("action")) {
      case "create" -> create(services, arguments);
      case "promote" -> promote(services.admins(), arguments);
      default -> demote(services, email(arguments.getString("email")));
    }
  }

  private void create(CommandServices services, Namespace arguments) throws ExitStatus {
    EmailAddress email = email(arguments.getString("email"));
    Password password = new PasswordPrompt(in).get(arguments.getBoolean("password_stdin"));
    try {
      if (arguments.getBoolean("promote")) {
        takeOver(services, email, password);
      } else {
        create(services.admins(), email, password);
      }
    } catch (ApiException weak) {
      throw ExitStatus.failed("The password " + weak.errors().getFirst().message() + ".");
    }
  }

  private void create(Admins admins, EmailAddress email, Password password) throws ExitStatus {
    if (!admins.create(email, password)) {
      throw ExitStatus.failed(
          "There is an account of that address, perhaps a stranger's, since nobody has proven to own"
              + " it: --promote gives it this password and ends its sessions; admin promote"
              + " --account ID leaves both as they are.");
    }
    err.println("Made an admin.");
  }

  private void takeOver(CommandServices services, EmailAddress email, Password password)
      throws ExitStatus {
    connectRedis(services);
    if (!services.admins().takeOver(email, password)) {
      throw ExitStatus.failed(
          "There is no account of that address that is open and no admin's already.");
    }
    err.println("Made it an admin's, set the new password, and ended its sessions.");
  }

  private void promote(Admins admins, Namespace arguments) throws ExitStatus {
    Admins.Candidate account =
        admins
            .find(id(arguments.getString("account")))
            .orElseThrow(() -> ExitStatus.failed("There is no such account."));
    err.printf(
        "Address:  %s%nMade:     %s from %s%nRole:     %s%nDisabled: %s%n",
        account.email(),
        account.madeAt().truncatedTo(ChronoUnit.SECONDS),
        account.madeFrom().orElse("unknown"),
        account.role(),
        account.disabled() ? "yes" : "no");
    if (account.disabled() || account.isAdmin()) {
      throw ExitStatus.failed(
          account.disabled() ? "It is disabled: open it first." : "It is an admin's already.");
    }
    if (!arguments.getBoolean("yes")) {
      confirm();
    }
    if (!admins.promote(account.id())) {
      throw ExitStatus.failed("It was changed at the same time: look again.");
    }
    err.println("Made it an admin's; its next tokens say so, at most one access token's life on.");
  }

  private static void confirm() throws ExitStatus {
    String answer =
        Terminal.require("There is no terminal to ask whether it is the right one: use --yes.")
            .readLine("Whoever knows its password becomes an admin. Type yes to go on: ");
    if (!"yes".equals(answer)) {
      throw ExitStatus.failed("Nothing was changed.");
    }
  }

  private void demote(CommandServices services, EmailAddress email) throws ExitStatus {
    connectRedis(services);
    if (!services.admins().demote(email)) {
      throw ExitStatus.failed("There is no admin of that address.");
    }
    err.println("Made it a user's, and ended its sessions.");
  }

  /** Which carries the word of ended sessions. */
  private void connectRedis(CommandServices services) {
    if (!services.tellsReplicasAtOnce()) {
      err.println("Redis does not answer: it takes a second until every replica knows.");
    }
  }

  private static UUID id(String text) throws ExitStatus {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.usage("--account must be the id of an account");
    }
  }

  private static EmailAddress email(String text) throws ExitStatus {
    EmailAddress email;
    try {
      email = EmailAddress.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.usage("--email " + wrong.getMessage());
    }
    if (email.isDecoy()) {
      throw ExitStatus.usage("--email must not be one of the warm-up's");
    }
    return email;
  }
}
