package dev.warmgate.cli;

import dev.warmgate.Services;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.admin.Admins;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/**
 * {@code admin}: makes the first admin and every other one, and unmakes them. A password is asked
 * for or read from standard input, and is never an argument, which other users of the machine see.
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
    Subparsers actions = parser.addSubparsers().dest("action").metavar("create|demote");
    Subparser create = actions.addParser("create").help("make an admin's account");
    create.addArgument("--email").required(true).help("its address");
    create
        .addArgument("--promote")
        .action(Arguments.storeTrue())
        .help("make the account that there is an admin's; its password stays");
    create
        .addArgument("--password-stdin")
        .dest("password_stdin")
        .action(Arguments.storeTrue())
        .help("read the password from standard input, one line (default: ask for it)");
    actions
        .addParser("demote")
        .help("make an admin's account a user's, and end its sessions")
        .addArgument("--email")
        .required(true)
        .help("its address");
  }

  @Override
  void run(Services services, Namespace arguments) throws ExitStatus {
    EmailAddress email = email(arguments.getString("email"));
    if (arguments.getString("action").equals("demote")) {
      demote(services, email);
    } else if (arguments.getBoolean("promote")) {
      promote(services.admins, email);
    } else {
      create(services.admins, email, arguments.getBoolean("password_stdin"));
    }
  }

  private void create(Admins admins, EmailAddress email, boolean fromStdin) throws ExitStatus {
    Password password = fromStdin ? read() : ask();
    boolean created;
    try {
      created = admins.create(email, password);
    } catch (ApiException weak) {
      throw ExitStatus.failed("The password " + weak.errors().getFirst().message() + ".");
    }
    if (!created) {
      throw ExitStatus.failed(
          "There is an account of that address: with --promote it becomes an admin's.");
    }
    err.println("Made an admin.");
  }

  private void promote(Admins admins, EmailAddress email) throws ExitStatus {
    if (!admins.promote(email)) {
      throw ExitStatus.failed(
          "There is no account of that address that is open and no admin's already.");
    }
    err.println("Made it an admin's; its next tokens say so, at most one access token's life on.");
  }

  private void demote(Services services, EmailAddress email) throws ExitStatus {
    try {
      services.redis.connect();
    } catch (RuntimeException redisAway) {
      err.println("Redis does not answer: it takes a second until every replica knows.");
    }
    if (!services.admins.demote(email)) {
      throw ExitStatus.failed("There is no admin of that address.");
    }
    err.println("Made it a user's, and ended its sessions.");
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

  private Password read() throws ExitStatus {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return password(line == null ? "" : line);
    } catch (IOException unreadable) {
      throw ExitStatus.failed("Standard input cannot be read.");
    }
  }

  private static Password ask() throws ExitStatus {
    Console console = System.console();
    if (!console.isTerminal()) {
      throw ExitStatus.usage("There is no terminal to ask for a password: use --password-stdin.");
    }
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Once more: ");
    if (first == null || !Arrays.equals(first, second)) {
      throw ExitStatus.failed("That was not the same password twice.");
    }
    return password(new String(first));
  }

  private static Password password(String text) throws ExitStatus {
    try {
      return new Password(text);
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.failed("The password " + wrong.getMessage() + ".");
    }
  }
}
