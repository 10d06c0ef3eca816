package dev.warmgate.cli;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** Runs a script as psql would: statements, and one COPY with its rows. */
final class PsqlScript {
  private static final Pattern COPY =
      Pattern.compile(
          "(?s)(?<before>.*?)(?<copy>COPY [^;]* FROM stdin);\\n(?<rows>.*?)\\\\\\.\\n(?<after>.*)");

  private PsqlScript() {}

  static void run(String script, Connection connection) throws SQLException, IOException {
    Matcher parts = COPY.matcher(script.replaceFirst("(?m)^\\\\set .*$", ""));
    if (!parts.matches()) {
      throw new IllegalArgumentException("no COPY");
    }
    connection.createStatement().execute(parts.group("before"));
    long _ =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(parts.group("copy"), new StringReader(parts.group("rows")));
    connection.createStatement().execute(parts.group("after"));
  }
}
