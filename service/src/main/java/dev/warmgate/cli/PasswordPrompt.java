package dev.warmgate.cli;

import dev.warmgate.password.Password;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a command gets a new password: asked for twice at the terminal, or one line of standard
 * input; never an argument, which other users of the machine see. What is no password ends the
 * command.
 */
record PasswordPrompt(InputStream in) {
  Password get(boolean fromStdin) throws ExitStatus {
    return fromStdin ? read() : ask();
  }

  private Password read() throws ExitStatus {
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return password(line == null ? "" : line);
    } catch (IOException unreadable) {
      throw ExitStatus.failed("Standard input cannot be read.");
    }
  }

  private static Password ask() throws ExitStatus {
    Console console =
        Terminal.require("There is no terminal to ask for a password: use --password-stdin.");
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Once more: ");
    if (first == null || !Arrays.equals(first, second)) {
      throw ExitStatus.failed("That was not the same password twice.");
    }
    return password(new String(first));
  }

  private static Password password(String text) throws ExitStatus {
    try {
      return new Password(text);
    } catch (IllegalArgumentException wrong) {
      throw ExitStatus.failed("The password " + wrong.getMessage() + ".");
    }
  }
}
