package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.admin.Admins;
import dev.warmgate.factor.QrCode;
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
 * {@code admin}: creates, promotes and demotes admins, and removes second factors that were lost.
 * Since anybody can register another person's address, no account becomes an admin by its address
 * alone.
 */
public final class AdminCommand extends OperatorCommand {
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  public AdminCommand() {
    this(System.in, System.out, System.err);
  }

  AdminCommand(InputStream in, PrintStream out, PrintStream err) {
    super("admin", "Creates, promotes and demotes admins, and resets second factors");
    this.in = in;
    this.out = out;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    Subparsers actions =
        parser.addSubparsers().dest("action").metavar("create|promote|demote|reset-factors");
    Subparser create =
        actions
            .addParser("create")
            .help(
                "create an account that is an admin, and print its second factor and recovery codes");
    create.addArgument("--email").required(true).help("its e-mail address");
    create
        .addArgument("--promote")
        .action(Arguments.storeTrue())
        .help(
            "take over an existing account: set the new password, replace its second factors and"
                + " recovery codes, end its sessions, and enable it if it is disabled");
    create
        .addArgument("--password-stdin")
        .dest("password_stdin")
        .action(Arguments.storeTrue())
        .help("read the password from standard input, one line (default: ask at the terminal)");
    Subparser promote =
        actions
            .addParser("promote")
            .help("promote an account that you know to be the right one; its password stays");
    promote.addArgument("--account").required(true).metavar("ID").help("its id");
    promote
        .addArgument("--yes")
        .action(Arguments.storeTrue())
        .help("show the account without asking for confirmation");
    Subparser demote =
        actions
            .addParser("demote")
            .help("demote an admin to user and end the sessions of the account");
    demote.addArgument("--email").required(true).help("its e-mail address");
    demote
        .addArgument("--last")
        .action(Arguments.storeTrue())
        .help("also if no other enabled admin is left");
    actions
        .addParser("reset-factors")
        .help(
            "remove every second factor of somebody who has lost them, and end the sessions of the"
                + " account")
        .addArgument("--email")
        .required(true)
        .help("its e-mail address");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    switch (arguments.getString("action")) {
      case "create" -> create(services, arguments);
      case "promote" -> promote(services.admins(), arguments);
      case "reset-factors" -> resetFactors(services, email(arguments.getString("email")));
      default ->
          demote(services, email(arguments.getString("email")), arguments.getBoolean("last"));
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
    Admins.Enrolment factor =
        admins
            .create(email, password)
            .orElseThrow(() ->
                ExitStatus.failed(
                    "An account with that address exists. It may be a stranger's, since addresses are"
                        + " not verified. --promote sets this password and ends its sessions; admin"
                        + " promote --account ID keeps both."));
    err.println("Created the admin.");
    print(factor);
  }

  /** Admins need a second factor, which only this output shows, and a way back without it. */
  private void print(Admins.Enrolment factor) {
    err.println(
        "Every login needs a code of this second factor. Scan the QR code with an authenticator app,"
            + " or type in the secret. Keep the recovery codes in a safe place: each stands once for a"
            + " code of the app, should it be lost. Nothing of this is shown again.");
    out.println(new QrCode(factor.uri()).text());
    out.println("Secret: " + factor.secret());
    out.println("URI:    " + factor.uri());
    out.println("Recovery codes:");
    factor.recoveryCodes().forEach(code -> out.println("  " + code));
  }

  private void resetFactors(CommandServices services, EmailAddress email) throws ExitStatus {
    connectRedis(services);
    if (!services.admins().resetFactors(email)) {
      throw ExitStatus.failed("There is no account with that address that has a second factor.");
    }
    err.println(
        "Removed every second factor of the account and ended its sessions. The next login needs the"
            + " password only; an admin has to enrol a factor again before anything else.");
  }

  private void takeOver(CommandServices services, EmailAddress email, Password password)
      throws ExitStatus {
    connectRedis(services);
    Admins.Enrolment factor =
        services
            .admins()
            .takeOver(email, password)
            .orElseThrow(() ->
                ExitStatus.failed(
                    "There is no account with that address, or it is an enabled admin already."));
    err.println(
        "The account is an enabled admin with the new password. Its earlier sessions have ended.");
    print(factor);
  }

  private void promote(Admins admins, Namespace arguments) throws ExitStatus {
    Admins.Candidate account =
        admins
            .find(id(arguments.getString("account")))
            .orElseThrow(() -> ExitStatus.failed("There is no such account."));
    err.printf(
        "Address:  %s%nCreated:  %s from %s%nRole:     %s%nDisabled: %s%n",
        account.email(),
        account.madeAt().truncatedTo(ChronoUnit.SECONDS),
        account.madeFrom().orElse("unknown"),
        account.role(),
        account.disabled() ? "yes" : "no");
    if (account.disabled() || account.isAdmin()) {
      throw ExitStatus.failed(
          account.disabled()
              ? "The account is disabled: let an admin enable it first, or enable it with admin create"
                  + " --promote, which also sets a new password."
              : "The account is an admin already.");
    }
    if (!arguments.getBoolean("yes")) {
      confirm();
    }
    if (!admins.promote(account.id())) {
      throw ExitStatus.failed("The account has changed meanwhile: run the command again.");
    }
    err.println(
        "Promoted the account to admin. Its next access tokens carry the role; what admins do needs a"
            + " second factor, which its owner enrols if it has none.");
  }

  private static void confirm() throws ExitStatus {
    String answer =
        Terminal.require("There is no terminal to ask for confirmation: use --yes.")
            .readLine("Anyone who knows its password becomes an admin. Type yes to continue: ");
    if (!"yes".equals(answer)) {
      throw ExitStatus.failed("Nothing was changed.");
    }
  }

  private void demote(CommandServices services, EmailAddress email, boolean evenTheLast)
      throws ExitStatus {
    connectRedis(services);
    Admins admins = services.admins();
    if (!admins.demote(email, evenTheLast)) {
      throw ExitStatus.failed(
          admins.isAdmin(email)
              ? "That is the last enabled admin: create another one first, or add --last."
              : "There is no admin with that address.");
    }
    err.println("Demoted the account to user and ended its sessions.");
  }

  /** Redis tells replicas at once which sessions ended. */
  private void connectRedis(CommandServices services) {
    if (!services.tellsReplicasAtOnce()) {
      err.println("Redis does not answer: replicas learn of the change within a second.");
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
      throw ExitStatus.usage("--email must not be a warm-up address");
    }
    return email;
  }
}
