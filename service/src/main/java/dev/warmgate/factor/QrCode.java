package dev.warmgate.factor;

import io.nayuki.qrcodegen.QrCode.Ecc;

/** A QR code, as an image for pages and as text for terminals. */
public final class QrCode {
  /** The empty space around it that readers need. */
  private static final int BORDER = 4;

  private final io.nayuki.qrcodegen.QrCode modules;

  public QrCode(String content) {
    this.modules = io.nayuki.qrcodegen.QrCode.encodeText(content, Ecc.MEDIUM);
  }

  /** Returns an SVG without a {@code #}, so that it can be part of a {@code data:} URL. */
  public String svg() {
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < modules.size; y++) {
      for (int x = 0; x < modules.size; x++) {
        if (modules.getModule(x, y)) {
          path.append("M%d,%dh1v1h-1z".formatted(x + BORDER, y + BORDER));
        }
      }
    }
    int size = modules.size + 2 * BORDER;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %1$d" \
    shape-rendering="crispEdges"><path fill="white" d="M0,0h%1$dv%1$dh-%1$dz"/>\
    <path fill="black" d="%2$s"/></svg>\
    """
        .formatted(size, path);
  }

  /** Returns two rows of it in each line, for a terminal with a dark background. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int y = -BORDER; y < modules.size + BORDER; y += 2) {
      for (int x = -BORDER; x < modules.size + BORDER; x++) {
        boolean upper = !modules.getModule(x, y);
        boolean lower = !modules.getModule(x, y + 1);
        text.append(upper ? (lower ? '█' : '▀') : (lower ? '▄' : ' '));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
