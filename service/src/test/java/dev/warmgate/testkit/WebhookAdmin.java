package dev.warmgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An admin who creates webhooks for a receiver and removes those that a test leaves behind. */
public final class WebhookAdmin {
  public static final String WEBHOOKS = "/api/v1/webhooks";

  private final WebhookReceiver receiver;
  private final ApiClient api;
  private final String token;
  private final List<String> created = new ArrayList<>();

  public WebhookAdmin(RunningService service, WebhookReceiver receiver) {
    this.receiver = receiver;
    api = service.api();
    token = AdminAccount.token(service);
  }

  public String token() {
    return token;
  }

  /** Returns a request body that subscribes to these events, or to all if none is named. */
  public static Map<String, Object> webhook(String url, String... events) {
    return events.length == 0 ? Map.of("url", url) : Map.of("url", url, "events", events);
  }

  public Answer create(String at, String... events) {
    Answer answer = api.post(WEBHOOKS, token, webhook(receiver.url(at), events));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
    created.add(answer.text("webhook_id"));
    return answer;
  }

  public Answer change(String id, Map<String, ?> change) {
    return api.patch(WEBHOOKS + "/" + id, token, change);
  }

  public Answer get(String id) {
    return api.get(WEBHOOKS + "/" + id, token);
  }

  /** Returns the deliveries in this state, newest event first. */
  public JsonNode deliveries(String id, String state) {
    return api.get(WEBHOOKS + "/" + id + "/deliveries?state=" + state, token)
        .body()
        .path("deliveries");
  }

  public void removeWebhooks() {
    created.forEach(id -> api.delete(WEBHOOKS + "/" + id, token, null));
    created.clear();
  }
}
