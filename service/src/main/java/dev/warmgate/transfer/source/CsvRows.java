package dev.warmgate.transfer.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads CSV (RFC 4180) whose first line names the columns; the order does not matter. */
final class CsvRows {
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .build();

  private static final Predicate<String> NAME =
      Pattern.compile("[A-Za-z_]{1,40}").asMatchPredicate();

  private CsvRows() {}

  /**
   * @param known the columns that may occur
   * @throws MalformedSource if the header names another one, or none that is required
   */
  static void read(SourceFile file, Set<String> known, AccountSink sink, JsonRecords.Mapper mapper)
      throws IOException, MalformedSource {
    try (InputStream in = file.open();
        MappingIterator<String[]> rows = CSV.readerFor(String[].class).readValues(in)) {
      try {
        read(file, rows, known, sink, mapper);
      } catch (JsonProcessingException
          | CharConversionException
          | SourceFile.TooLargeRecord malformed) {
        throw MalformedSource.at(place(file, rows), "CSV", malformed);
      }
    }
  }

  private static void read(
      SourceFile file,
      MappingIterator<String[]> rows,
      Set<String> known,
      AccountSink sink,
      JsonRecords.Mapper mapper)
      throws IOException, MalformedSource {
    file.beginRecord();
    List<String> columns = rows.hasNextValue() ? header(file, rows.nextValue(), known) : List.of();
    while (rows.hasNextValue()) {
      file.beginRecord();
      SourceAccount.Place place = place(file, rows);
      String[] cells = rows.nextValue();
      if (cells.length == columns.size()) {
        JsonRecords.hand(place, row(columns, cells), sink, mapper);
      } else {
        sink.refused(place, "has %d columns instead of %d".formatted(cells.length, columns.size()));
      }
    }
  }

  private static SourceAccount.Place place(SourceFile file, MappingIterator<?> rows) {
    return new SourceAccount.Place(file.name(), rows.getCurrentLocation().getLineNr());
  }

  private static List<String> header(SourceFile file, String[] cells, Set<String> known)
      throws MalformedSource {
    List<String> columns = Arrays.stream(cells).map(String::strip).toList();
    Set<String> unknown = new TreeSet<>(columns);
    unknown.removeAll(known);
    if (!unknown.stream().allMatch(NAME)) {
      // Its cells may be secrets.
      throw new MalformedSource(
          "%s:1: the first line does not name the columns; known ones are %s"
              .formatted(file.name(), new TreeSet<>(known)));
    }
    if (!unknown.isEmpty()) {
      throw new MalformedSource(
          "%s:1: unknown columns %s; known ones are %s"
              .formatted(file.name(), unknown, new TreeSet<>(known)));
    }
    if (new HashSet<>(columns).size() < columns.size() || !columns.contains("email")) {
      throw new MalformedSource(
          file.name() + ":1: each column must be named once, and one of them email");
    }
    return columns;
  }

  /** An empty cell is a column that the row does not have. */
  private static ObjectNode row(List<String> columns, String[] cells) {
    ObjectNode row = JsonRecords.JSON.createObjectNode();
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != null && !cells[i].isEmpty()) {
        row.put(columns.get(i), cells[i]);
      }
    }
    return row;
  }
}
