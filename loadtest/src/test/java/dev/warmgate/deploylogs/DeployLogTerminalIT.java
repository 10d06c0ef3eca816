package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import dev.warmgate.deploylogs.Checker.Run;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that nothing in a log or in a file's name reaches a terminal or a CI runner as a command.
 */
class DeployLogTerminalIT {

  private static final String LOG =
      """
      \u001b]0;title\u0007before \u001bP1$r q\u001b\\ \u001b_apc\u001b\\ \u0007
      ##[error]one ##vso[task.setvariable variable=x]y ####[group]z
      Error: \u001b\u001b[31m[31m nested \u009b31m \u202eevil\u202c \u2066x\u2069 \u200e \ufeff
      ::error file=a::two
        ::set-output name=x::y
      \u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\ \u0001\u0002\u007f ]]> & <b>
      Error: listen EADDRINUSE: address already in use :::8080 ##[command]rm
      ::add-mask::x
      ::stop-commands::t
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"--all", "--json", "--sarif", "--junit", "--github"})
  void everyOutputIsPlain(String format) throws IOException {
    Run run = check(Files.writeString(directory.resolve("log"), LOG), format);

    assertThat(run.exitCode()).isEqualTo(1);
    assertPlain(format.equals("--github") ? run.out().replaceFirst("^::error ", "") : run.out());
  }

  @Test
  void aFilesNameIsPlainToo() throws IOException {
    Path log = directory.resolve("a\u001b[31m\u0007\n##[error]\u202e::x::\u009b.log");
    Files.writeString(log, LOG);

    assertPlain(check(log, "--all").out());
    assertPlain(check(log, "--sarif").out());
    assertPlain(check(log.resolveSibling(log.getFileName() + "nowhere"), "--junit").err());
  }

  @Test
  void junitIsXmlForEveryInput() throws Exception {
    String odd = "Error: \uffff\ufffe\u0000\u0008\u000b ]]> <![CDATA[ & \" ' \ud83d\ude80\n";
    Run run = check(Files.writeString(directory.resolve("odd"), odd), "--junit");

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(run.out().getBytes(UTF_8)));
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(1);
  }

  /** Of a line the first 2,000 characters count, and the last 500; 300 are shown. */
  @Test
  void aLongLineIsCutButReadAtItsEnd() {
    Map<String, JsonNode> findings =
        new Checker(directory)
            .judge(
                List.of(
                    new Log("shown", "Error: listen EADDRINUSE " + "x ".repeat(5_000) + "\n"),
                    new Log("read", "x ".repeat(3_000_000) + "JavaScript heap out of memory\n")));

    assertThat(findings.get("shown").get("key_line").asText())
        .hasSizeLessThanOrEqualTo(300)
        .endsWith("...");
    assertThat(findings.get("read").get("cause").asText()).isEqualTo("heap-out-of-memory");
  }

  private static void assertPlain(String output) {
    assertThat(output)
        .doesNotContainPattern(
            "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u202a-\\u202e]")
        .doesNotContainPattern("[\\u2066-\\u2069\\ufeff\\uffff]")
        .doesNotContainPattern("##[a-z]*\\[")
        .doesNotContainPattern("(?m)^\\s*::");
  }

  private Run check(Path log, String format) {
    return new Checker(directory).run("--file", log.toString(), format);
  }
}
