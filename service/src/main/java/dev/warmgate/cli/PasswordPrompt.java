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
 * Reads a new password: twice from the terminal, or one line of standard input; never from an
 * argument, which other users of the machine can see. An invalid password ends the command.
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
    char[] second = console.readPassword("Repeat the password: ");
    if (first == null || !Arrays.equals(first, second)) {
      throw ExitStatus.failed("The two passwords differ.");
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
