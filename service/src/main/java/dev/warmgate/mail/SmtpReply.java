package dev.warmgate.mail;

import jakarta.mail.AuthenticationFailedException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/**
 * The result of one attempt to send a mail.
 *
 * @param summary without anything that the server repeats of the mail: {@code 550 5.1.1}
 * @param text the server's whole answer, for an operator
 * @param saysUndeliverable whether the refusal says that the address cannot be reached
 */
record SmtpReply(Result result, String summary, String text, boolean saysUndeliverable) {
  /** What follows for the mail. */
  enum Result {
    SENT,
    /** The server was asked to take it and did not, for now. */
    DEFERRED,
    /** The server never takes it. */
    REFUSED,
    /**
     * The server cannot be reached, or does not accept this sender; that says nothing of the mail.
     */
    UNREACHABLE
  }

  private static final String BROKEN = "connection broken";
  private static final Pattern CODE =
      Pattern.compile("(?<code>[2-5]\\d\\d)(?:[ -](?<enhanced>[245]\\.\\d{1,3}\\.\\d{1,3})\\b)?.*");

  /** The recipient's address is wrong (RFC 3463, RFC 7505): 5.1.x, except for the sender's. */
  private static final Pattern WRONG_ADDRESS = Pattern.compile("\\d{3} 5\\.1\\.(?:[0-46]|10)");

  static SmtpReply sent(String answer) {
    return answered(Result.SENT, answer);
  }

  /**
   * @param asked whether the server had accepted the connection and the login
   */
  static SmtpReply of(Exception failed, boolean asked) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SMTPAddressFailedException recipient) {
        SmtpReply reply = judged(recipient.getReturnCode(), recipient.getMessage());
        return names(recipient, reply) ? reply.undeliverable() : reply;
      }
    }
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SMTPSendFailedException command) {
        boolean sender =
            command.getCommand() != null
                && command.getCommand().toUpperCase(Locale.ROOT).startsWith("MAIL");
        return sender
            ? answered(Result.UNREACHABLE, command.getMessage())
            : judged(command.getReturnCode(), command.getMessage());
      }
    }
    Result result = asked ? Result.DEFERRED : Result.UNREACHABLE;
    String summary = describe(failed);
    return new SmtpReply(result, summary, summary + ": " + oneLine(failed.getMessage()), false);
  }

  /** For an address that only servers with SMTPUTF8 take. */
  static SmtpReply withoutUtf8() {
    String summary = "the mail server takes no addresses with letters beyond ASCII";
    return new SmtpReply(Result.REFUSED, summary, summary, false);
  }

  /**
   * Whether a server without enhanced codes refuses this mailbox: many answer 550 to a sender they
   * do not like, too.
   */
  private static boolean names(SMTPAddressFailedException recipient, SmtpReply reply) {
    String address = recipient.getAddress() == null ? "" : recipient.getAddress().getAddress();
    return reply.summary.equals("550")
        && !address.isEmpty()
        && reply.text.toLowerCase(Locale.ROOT).contains(address.toLowerCase(Locale.ROOT));
  }

  private SmtpReply undeliverable() {
    return new SmtpReply(result, summary, text, true);
  }

  private static SmtpReply judged(int status, String answer) {
    return answered(status >= 500 ? Result.REFUSED : Result.DEFERRED, answer);
  }

  private static SmtpReply answered(Result result, String answer) {
    String line = oneLine(answer);
    Matcher code = CODE.matcher(line);
    String summary = BROKEN;
    if (code.matches()) {
      String enhanced = code.group("enhanced");
      summary = code.group("code") + (enhanced == null ? "" : " " + enhanced);
    }
    return new SmtpReply(
        result,
        summary,
        line,
        result == Result.REFUSED && WRONG_ADDRESS.matcher(summary).matches());
  }

  /** Whether the server answered. */
  boolean isAnswer() {
    return result != Result.UNREACHABLE && !summary.matches("[a-z].*");
  }

  private static String describe(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case AuthenticationFailedException _ -> {
          return "login refused";
        }
        case UnknownHostException _ -> {
          return "host name not found";
        }
        case SSLException _ -> {
          return "TLS failed";
        }
        case ConnectException _ -> {
          return "no connection";
        }
        case SocketTimeoutException _ -> {
          return "no answer in time";
        }
        default -> {}
      }
    }
    String message = String.valueOf(failed.getMessage());
    return message.contains("STARTTLS") ? "no STARTTLS" : BROKEN;
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
