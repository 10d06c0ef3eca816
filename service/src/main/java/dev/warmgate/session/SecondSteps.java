package dev.warmgate.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.SecondStep;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Tells sessions that were opened from those that wait for a second factor. */
final class SecondSteps {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SecondSteps() {}

  /**
   * Returns the account whose session was opened.
   *
   * @param happened what a statement with {@link LoginDao#OPENED} recorded
   * @throws ApiException 401, with what the second step needs, if it made a challenge instead
   */
  static UUID requireOpened(NewSession session, List<AuditRecord> happened) {
    for (AuditRecord record : happened) {
      if (record.is(AuditEvent.FACTOR_REQUIRED)) {
        throw new ApiException(
            new SecondStep(
                session.mfaToken(), session.opening().challengeSeconds(), kinds(record.details())));
      }
    }
    return happened.getFirst().accountId();
  }

  private static List<String> kinds(String details) {
    try {
      List<String> kinds = new ArrayList<>();
      for (JsonNode kind : JSON.readTree(details).path("factors")) {
        kinds.add(kind.asText());
      }
      return kinds;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
