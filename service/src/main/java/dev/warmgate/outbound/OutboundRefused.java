package dev.warmgate.outbound;

import java.io.IOException;

/** A URL that is not called, and why. */
public final class OutboundRefused extends IOException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  OutboundRefused(Refusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
