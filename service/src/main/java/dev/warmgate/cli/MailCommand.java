package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.mail.TestMail;
import java.io.PrintStream;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;

/**
 * {@code mail test}: sends one mail and tells what the mail server answered. It queues nothing and
 * needs neither PostgreSQL nor Redis.
 */
public final class MailCommand extends OperatorCommand {
  private final PrintStream out;

  public MailCommand() {
    this(System.out);
  }

  MailCommand(PrintStream out) {
    super("mail", "Sends a test mail and tells what the mail server answered");
    this.out = out;
  }

  @Override
  void addArguments(Subparser parser) {
    Subparsers actions = parser.addSubparsers().dest("action").metavar("test");
    actions
        .addParser("test")
        .help("send a mail to this address at once, as SMTP_URL and MAIL_FROM say")
        .addArgument("address")
        .metavar("ADDRESS");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    try (TestMail mail =
        services
            .testMail()
            .orElseThrow(() -> ExitStatus.failed("There is no mail server: set SMTP_URL."))) {
      TestMail.Answer answer = send(mail, arguments.getString("address"));
      if (!answer.sent()) {
        throw ExitStatus.failed("Not sent: " + answer.text());
      }
      out.println("Sent: " + answer.text());
    }
  }

  private static TestMail.Answer send(TestMail mail, String address) throws ExitStatus {
    try {
      return mail.send(address);
    } catch (IllegalArgumentException refused) {
      throw ExitStatus.usage("ADDRESS " + refused.getMessage());
    }
  }
}
