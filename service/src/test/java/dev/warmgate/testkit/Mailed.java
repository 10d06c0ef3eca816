package dev.warmgate.testkit;

import dev.warmgate.mail.MailSecrets;
import dev.warmgate.secret.SecretKeys;
import java.util.UUID;

/**
 * The secrets of a mail that the service has queued, computed as it does when it sends one. The
 * database does not hold them.
 *
 * @param token the secret of its link
 */
public record Mailed(UUID requestId, String token, String code) {
  private static final MailSecrets SECRETS = new MailSecrets(new SecretKeys(RunningService.KEY));

  /** Lets a service queue mails, for which there is no mail server. */
  public static RunningService on(RunningService service) {
    return service.with("mail.url", "smtp://127.0.0.1:1").with("mail.from", "no-reply@example.com");
  }

  /** Returns the newest mail of that kind to that address. */
  public static Mailed newest(RunningService service, String address, String kind) {
    String[] ids =
        service
            .value(
                "SELECT request_id || ' ' || key_id FROM mail WHERE address = ? AND kind = ?"
                    + " AND next_attempt_at IS NOT NULL ORDER BY created_at DESC LIMIT 1",
                address,
                kind)
            .split(" ", -1);
    UUID request = UUID.fromString(ids[0]);
    return new Mailed(request, SECRETS.link(ids[1], request), SECRETS.code(ids[1], request));
  }

  /** Returns how many mails of that kind are to be sent to that address. */
  public static int count(RunningService service, String address, String kind) {
    return Integer.parseInt(
        service.value(
            "SELECT count(*) FROM mail WHERE address = ? AND kind = ?"
                + " AND next_attempt_at IS NOT NULL",
            address,
            kind));
  }

  /** Returns a code that is not the mail's. */
  public String wrongCode() {
    return code.equals("000000") ? "000001" : "000000";
  }
}
