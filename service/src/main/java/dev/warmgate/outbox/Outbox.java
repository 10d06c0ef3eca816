package dev.warmgate.outbox;

import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * Serialises access to the outboxes, so that all of them together use at most one of the few
 * connections that health checks, keys and revocations share.
 *
 * @param <D> the DAO of this outbox
 */
public final class Outbox<D> {
  private final D dao;
  private final Lock turn;

  /**
   * @param turn the same for all outboxes of the process
   */
  public Outbox(D dao, Lock turn) {
    this.dao = dao;
    this.turn = turn;
  }

  public <T> T ask(Function<D, T> question) {
    turn.lock();
    try {
      return question.apply(dao);
    } finally {
      turn.unlock();
    }
  }
}
