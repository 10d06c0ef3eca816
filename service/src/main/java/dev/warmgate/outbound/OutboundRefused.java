package dev.warmgate.outbound;

import java.io.IOException;

/** Thrown instead of calling a URL that the policy refuses; it carries the reason. */
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
