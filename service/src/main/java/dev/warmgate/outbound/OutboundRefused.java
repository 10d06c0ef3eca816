package dev.warmgate.outbound;

import java.io.IOException;

/** A URL that is not called, and why. */
public final class OutboundRefused extends IOException {
  private static final long serialVersionUID = 1L;

  private final UrlRefusal refusal;

  OutboundRefused(UrlRefusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  public UrlRefusal refusal() {
    return refusal;
  }
}
