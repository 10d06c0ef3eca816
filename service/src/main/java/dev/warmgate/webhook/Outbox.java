package dev.warmgate.webhook;

import java.util.function.Function;

/**
 * The outbox, for one at a time: webhooks never hold more than one of the few connections that
 * health, keys and revocations need, too.
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
