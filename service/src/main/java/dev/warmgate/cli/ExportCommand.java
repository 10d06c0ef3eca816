package dev.warmgate.cli;

import dev.warmgate.CommandServices;
import dev.warmgate.transfer.Exporter;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.jspecify.annotations.Nullable;

/**
 * {@code export}: writes all accounts. Hashes of passwords are written only when asked for, and
 * only into a new file that nobody else can read.
 */
public final class ExportCommand extends OperatorCommand {
  private final OutputStream out;
  private final PrintStream err;

  /** System.out would hide that a disk is full. */
  public ExportCommand() {
    this(new FileOutputStream(FileDescriptor.out), System.err);
  }

  ExportCommand(OutputStream out, PrintStream err) {
    super("export", "Writes all accounts, for import or for Supabase Auth");
    this.out = out;
    this.err = err;
  }

  @Override
  void addArguments(Subparser parser) {
    parser
        .addArgument("output")
        .nargs("?")
        .metavar("FILE")
        .help("a new file, which only this user can read (default: standard output)");
    parser
        .addArgument("--to")
        .choices("warmgate", "supabase")
        .setDefault("warmgate")
        .help("JSON Lines for import, or a script for psql and Supabase's database");
    parser
        .addArgument("--with-secrets")
        .dest("secrets")
        .action(Arguments.storeTrue())
        .help("also write the hashes of passwords, and second factors; needs FILE");
  }

  @Override
  void run(CommandServices services, Namespace arguments) throws ExitStatus {
    boolean secrets = arguments.getBoolean("secrets");
    boolean toSupabase = arguments.getString("to").equals("supabase");
    @Nullable String name = arguments.getString("output");
    if (name == null && secrets) {
      throw ExitStatus.usage("--with-secrets needs a FILE: hashes are written to no terminal");
    }
    Exporter exporter = services.exporter();
    Exporter.Result result =
        name == null
            ? write(exporter, out, toSupabase, false)
            : write(exporter, path(name), toSupabase, secrets);
    err.printf(Locale.ROOT, "Exported %,d accounts.%n", result.accounts());
    if (result.withoutPassword() > 0 && secrets) {
      err.printf(
          Locale.ROOT,
          "%,d of them without their password, whose hash Supabase Auth cannot verify.%n",
          result.withoutPassword());
    }
    if (result.withoutFactors() > 0) {
      err.printf(
          Locale.ROOT,
          "%,d of them without their second factors%s.%n",
          result.withoutFactors(),
          toSupabase ? ", which stay behind" : ": they are written with --with-secrets only");
    }
  }

  private static Path path(String name) throws ExitStatus {
    try {
      return Path.of(name);
    } catch (InvalidPathException malformed) {
      throw ExitStatus.usage("FILE is no path");
    }
  }

  private static Exporter.Result write(
      Exporter exporter, Path file, boolean toSupabase, boolean secrets) throws ExitStatus {
    OutputStream target = open(file);
    try (target) {
      Exporter.Result result = write(exporter, target, toSupabase, secrets);
      target.flush();
      return result;
    } catch (IOException unwritable) {
      delete(file);
      throw ExitStatus.failed("The file cannot be written: " + unwritable.getMessage());
    } catch (ExitStatus | RuntimeException failed) {
      delete(file);
      throw failed;
    }
  }

  /** A part of an export is no backup, and it may contain hashes. */
  private static void delete(Path file) throws ExitStatus {
    try {
      Files.delete(file);
    } catch (IOException kept) {
      throw ExitStatus.failed("The export failed, and a part of it is left: delete " + file + ".");
    }
  }

  private static OutputStream open(Path file) throws ExitStatus {
    try {
      return create(file);
    } catch (FileAlreadyExistsException exists) {
      throw ExitStatus.usage("FILE exists already: " + file);
    } catch (IOException unwritable) {
      throw ExitStatus.failed("The file cannot be written: " + unwritable.getMessage());
    }
  }

  private static OutputStream create(Path file) throws IOException {
    return new BufferedOutputStream(
        Channels.newOutputStream(
            Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))));
  }

  private static Exporter.Result write(
      Exporter exporter, OutputStream target, boolean toSupabase, boolean secrets)
      throws ExitStatus {
    try {
      return toSupabase ? exporter.toSupabase(target, secrets) : exporter.toNdjson(target, secrets);
    } catch (IOException unwritable) {
      throw ExitStatus.failed("The export cannot be written: " + unwritable.getMessage());
    }
  }
}
