package dev.warmgate.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.warmgate.network.DomainName;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address that can be sent from or to, perhaps with a display name: {@code no-reply@example.com}
 * or {@code Example <no-reply@example.com>}. Its parts contain nothing that means something in a
 * header or an SMTP command. {@link #toString} hides it.
 *
 * @param domain in ASCII
 */
public record MailAddress(@Nullable String name, String local, String domain) {
  /** No spaces, controls, direction marks, and nothing that needs quotes. */
  private static final String LOCAL = "[^\\p{Z}\\p{C}\\u2800@\"(),:;<>\\[\\]\\\\]{1,64}";

  private static final Pattern FORM =
      Pattern.compile(
          "(?<local>LOCAL)@(?<domain>[^@]{1,253})|(?<name>[^\\p{C}\\u2028\\u2029<>]{0,100})<(?<local2>LOCAL)@(?<domain2>[^@<>]{1,253})>"
              .replace("LOCAL", LOCAL));

  /** Reserved by RFC 2606 and RFC 6761. */
  private static final Set<String> RESERVED = Set.of("test", "example", "invalid", "localhost");

  private static final Set<String> RESERVED_NAMES =
      Set.of("example.com", "example.net", "example.org");

  /**
   * @throws IllegalArgumentException if the text is not an address
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static MailAddress parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw malformed();
    }
    boolean named = form.group("local2") != null;
    String domain =
        DomainName.toAscii(form.group(named ? "domain2" : "domain"))
            .filter(DomainName::isValid)
            .orElseThrow(MailAddress::malformed);
    String name = named ? form.group("name").strip().replaceAll("^\"(.*)\"$", "$1") : "";
    return new MailAddress(
        name.isEmpty() ? null : name, form.group(named ? "local2" : "local"), domain);
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "must look like no-reply@example.com or Example <no-reply@example.com>");
  }

  /** Whether no mail can ever be delivered there. */
  boolean isReserved() {
    String[] labels = domain.split("\\.", -1);
    int last = labels.length - 1;
    return RESERVED.contains(labels[last])
        || RESERVED_NAMES.contains(labels[last - 1] + "." + labels[last]);
  }

  /** Whether every mail server can take it; otherwise it needs SMTPUTF8 (RFC 6531). */
  boolean isAscii() {
    return StandardCharsets.US_ASCII.newEncoder().canEncode(local);
  }

  String address() {
    return local + "@" + domain;
  }

  InternetAddress forHeader() {
    try {
      InternetAddress header = new InternetAddress();
      header.setAddress(address());
      if (name != null) {
        header.setPersonal(name, "UTF-8");
      }
      return header;
    } catch (UnsupportedEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return "MailAddress[…]";
  }
}
