package dev.warmgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An admin who makes webhooks for a receiver, and removes those that a test leaves behind. */
public final class WebhookAdmin {
  public static final String WEBHOOKS = "/api/v1/webhooks";

  private final WebhookReceiver receiver;
  private final ApiClient api;
  private final String token;
  private final List<String> made = new ArrayList<>();

  public WebhookAdmin(RunningService service, WebhookReceiver receiver) {
    this.receiver = receiver;
    api = service.api();
    token = AdminAccount.token(service);
  }

  public String token() {
    return token;
  }

  /** Of these events; of all, if none is named. */
  public static Map<String, Object> webhook(String url, String... events) {
    return events.length == 0 ? Map.of("url", url) : Map.of("url", url, "events", events);
  }

  public Answer create(String at, String... events) {
    Answer created = api.post(WEBHOOKS, token, webhook(receiver.url(at), events));
    assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
    made.add(created.text("webhook_id"));
    return created;
  }

  public void removeWebhooks() {
    made.forEach(id -> api.delete(WEBHOOKS + "/" + id, token, null));
    made.clear();
  }
}
