package dev.warmgate.webhook;

import java.util.function.Function;

/**
 * Serialises access to the outbox, so that webhooks use at most one of the few connections that
 * health checks, keys and revocations share.
 */
final class Outbox {
  private final OutboxDao dao;

  Outbox(OutboxDao dao) {
    this.dao = dao;
  }

  synchronized <T> T ask(Function<OutboxDao, T> question) {
    return question.apply(dao);
  }
}
