package dev.warmgate.transfer.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Keeps what a reader finds. */
final class Collected implements AccountSink {
  final List<SourceAccount> accounts = new ArrayList<>();
  final List<SourceAccount> passwords = new ArrayList<>();
  final List<String> skipped = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  String stopped = "";

  /** Reads a text as the reader reads a file of that name. */
  static Collected from(String text, Function<SourceFile, AccountReader> reader) {
    SourceFile file =
        SourceFile.of("-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return from(reader.apply(file));
  }

  static Collected from(AccountReader reader) {
    Collected collected = new Collected();
    try {
      reader.read(collected);
    } catch (MalformedSource malformed) {
      collected.stopped = malformed.getMessage();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
    return collected;
  }

  SourceAccount only() {
    if (accounts.size() != 1 || !refused.isEmpty() || !stopped.isEmpty()) {
      throw new AssertionError(accounts + " " + refused + " " + stopped);
    }
    return accounts.getFirst();
  }

  @Override
  public void account(SourceAccount account) {
    accounts.add(account);
  }

  @Override
  public void password(SourceAccount password) {
    passwords.add(password);
  }

  @Override
  public void skipped(Skipped kind) {
    skipped.add(kind.toString());
  }

  @Override
  public void refused(SourceAccount.Place place, String why) {
    refused.add(place + ": " + why);
  }
}
