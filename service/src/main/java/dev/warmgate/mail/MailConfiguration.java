package dev.warmgate.mail;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sending of mail.
 *
 * @param url the mail server; without one no mail is sent
 * @param from the sender of every mail
 * @param templates those that replace the delivered ones
 * @param siteUrl the site that mails speak of; by default the issuer
 * @param language of mails to those whose language is unknown or has no templates
 * @param connectTimeout limit for a connection to be established
 * @param answerTimeout limit for each answer of the server
 * @param timeout limit for one mail, from the connection to the last answer
 * @param attempts how often the server is asked to take a mail that it refuses for now
 * @param backoff delay between the first and the second attempt; it quadruples with each further
 *     attempt, up to {@code maxBackoff}
 * @param interval time between two looks for mails that are due; a new one is sent at once
 * @param retention how long sent and given-up mails are kept
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record MailConfiguration(
    @Nullable SmtpUrl url,
    @Nullable MailAddress from,
    @Nullable MailTemplates templates,
    @Pattern(
            regexp = "https?://[A-Za-z0-9._:\\[\\]-]{1,300}(/[A-Za-z0-9._~/-]{0,500})?(?<!/)",
            message = "must be a URL such as https://app.example.com, without a slash at its end")
        @Nullable String siteUrl,
    @Pattern(regexp = "[a-z]{2,3}", message = "must be a language such as en") String language,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration connectTimeout,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
        Duration answerTimeout,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
        Duration timeout,
    @Min(1) @Max(50) Integer attempts,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.DAYS)
        Duration backoff,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.DAYS)
        Duration maxBackoff,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration interval,
    @MinDuration(value = 0, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration retention) {

  public MailConfiguration(
      @Nullable SmtpUrl url,
      @Nullable MailAddress from,
      @Nullable MailTemplates templates,
      @Nullable String siteUrl,
      @Nullable String language,
      @Nullable Duration connectTimeout,
      @Nullable Duration answerTimeout,
      @Nullable Duration timeout,
      @Nullable Integer attempts,
      @Nullable Duration backoff,
      @Nullable Duration maxBackoff,
      @Nullable Duration interval,
      @Nullable Duration retention) {
    this.url = url;
    this.from = from;
    this.templates = templates;
    this.siteUrl = siteUrl;
    this.language = language == null ? "en" : language;
    this.connectTimeout = connectTimeout == null ? Duration.seconds(5) : connectTimeout;
    this.answerTimeout = answerTimeout == null ? Duration.seconds(10) : answerTimeout;
    this.timeout = timeout == null ? Duration.seconds(30) : timeout;
    this.attempts = attempts == null ? 8 : attempts;
    this.backoff = backoff == null ? Duration.seconds(15) : backoff;
    this.maxBackoff = maxBackoff == null ? Duration.hours(4) : maxBackoff;
    this.interval = interval == null ? Duration.seconds(1) : interval;
    this.retention = retention == null ? Duration.days(7) : retention;
  }

  public static MailConfiguration defaults() {
    return new MailConfiguration(
        null, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  @ValidationMethod(message = "mail.from must be set, since mail.url is")
  @JsonIgnore
  public boolean isSenderKnown() {
    return url == null || from != null;
  }

  @ValidationMethod(
      message =
          "mail.language must be a language of the templates: en, de, or that of a file such as"
              + " reset.fr.html in mail.templates")
  @JsonIgnore
  public boolean isLanguageSpoken() {
    return (templates == null ? MailTemplates.delivered() : templates).speak(language);
  }

  /** Whether nobody on the way can read or change mails, or the pages that they lead to. */
  @JsonIgnore
  public boolean isProtected() {
    return (url == null || url.isProtected())
        && (siteUrl == null || !siteUrl.startsWith("http://"));
  }

  /** Whether mails are sent. */
  @JsonIgnore
  public boolean isOn() {
    return url != null && from != null;
  }
}
