package dev.warmgate.transfer.source;

import java.io.IOException;

/** Reads the columns of Supabase's {@code auth.users} as CSV. */
public record SupabaseCsvReader(SourceFile file, SupabaseRow row) implements AccountReader {
  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    CsvRows.read(file, SupabaseRow.COLUMNS, sink, row);
  }
}
