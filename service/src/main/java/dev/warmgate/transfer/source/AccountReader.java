package dev.warmgate.transfer.source;

import java.io.IOException;

/** Reads one source from its beginning to its end, without keeping it in memory. */
public interface AccountReader {
  /**
   * @throws MalformedSource if the rest cannot be read; what was read before has been handed over
   */
  void read(AccountSink sink) throws IOException, MalformedSource;
}
