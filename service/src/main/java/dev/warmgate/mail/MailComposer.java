package dev.warmgate.mail;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Turns what is queued into a mail: computes its link and code and renders its templates. */
final class MailComposer {
  private final MailAddress from;
  private final String language;
  private final String siteUrl;
  private final String issuer;
  private final String pages;
  private final MailSecrets secrets;
  private final MailTemplates templates;

  /**
   * @param issuer where links lead to, unless the site has pages of its own
   * @param pages whether this service has the pages of links
   * @param templates those of the configuration, or the delivered ones
   */
  MailComposer(
      MailConfiguration configuration,
      MailAddress from,
      String issuer,
      boolean pages,
      MailSecrets secrets,
      MailTemplates templates) {
    this.from = from;
    this.language = configuration.language();
    this.siteUrl = configuration.siteUrl() == null ? issuer : configuration.siteUrl();
    this.issuer = issuer;
    this.pages = pages ? issuer : siteUrl;
    this.secrets = secrets;
    this.templates = templates;
  }

  /**
   * @throws IllegalArgumentException if the kind is unknown or the address is malformed
   * @throws UnusableTemplate if a template of the operator's has a mistake
   * @throws IllegalStateException if the key of its link and code is not configured any more
   */
  OutgoingMail compose(MailDao.Claimed mail) {
    MailKind kind =
        MailKind.find(mail.kind())
            .orElseThrow(() -> new IllegalArgumentException("unknown kind of mail"));
    MailAddress to = recipient(mail.address());
    String secret = "";
    String link = "";
    String code = "";
    if (mail.requestId() != null && mail.keyId() != null) {
      secret = kind.hasLink() ? secrets.link(mail.keyId(), mail.requestId()) : "";
      link = kind.hasLink() ? link(kind, secret, mail.parameters()) : "";
      code = kind.hasCode() ? secrets.code(mail.keyId(), mail.requestId()) : "";
    }
    Map<String, Object> values =
        MailValues.of(mail.address(), siteUrl, link, secret, code, mail.parameters());
    return new OutgoingMail(
        mail.id(),
        mail.createdAt(),
        from,
        to,
        templates.render(kind, mail.locale(), language, values));
  }

  /** Composes a mail that only shows that sending works. */
  OutgoingMail test(MailAddress to, UUID id, Instant now) {
    Map<String, Object> values = MailValues.of(to.address(), siteUrl, "", "", "", "{}");
    return new OutgoingMail(
        id, now, from, to, templates.render(MailKind.TEST, null, language, values));
  }

  /** A stored address has no display name. */
  private static MailAddress recipient(String address) {
    MailAddress to = MailAddress.parse(address);
    if (address.indexOf('<') >= 0) {
      throw new IllegalArgumentException("not an address");
    }
    return to;
  }

  /** Opens a page; nothing is consumed by that, since mail scanners open links, too. */
  private String link(MailKind kind, String secret, String parameters) {
    return SupabaseLink.query(kind, secret, parameters)
        .map(query -> issuer + "/auth/v1/verify?" + query)
        .orElseGet(() -> page(kind, secret));
  }

  private String page(MailKind kind, String secret) {
    return "%s/account/link/%s?token=%s"
        .formatted(pages, kind, URLEncoder.encode(secret, StandardCharsets.UTF_8));
  }
}
