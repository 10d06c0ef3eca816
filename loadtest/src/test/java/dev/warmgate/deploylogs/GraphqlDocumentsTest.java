package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.ParseAndValidate;
import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.MockedWiringFactory;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the GraphQL documents against the types that Railway publishes, of which
 * railway/schema.graphqls is an excerpt.
 */
class GraphqlDocumentsTest {

  private final GraphQLSchema schema = schema();

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void matchesRailwaysTypes(Path document) throws IOException {
    assertThat(
            ParseAndValidate.validate(
                schema, Parser.parse(Files.readString(document)), Locale.ENGLISH))
        .isEmpty();
  }

  @Test
  void refusesTheFilterOfTheOldDocumentation() {
    String invalid =
        "{ deployments(input: {status: {successfulOnly: true}}, first: 1) { edges { node { id } } }"
            + " }";

    assertThat(ParseAndValidate.validate(schema, Parser.parse(invalid), Locale.ENGLISH))
        .isNotEmpty();
  }

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> files = Files.list(Checker.SCRIPTS.resolve("deploy-logs/graphql"))) {
      return files.sorted().toList().stream();
    }
  }

  private static GraphQLSchema schema() {
    try {
      String types = Files.readString(Checker.FIXTURES.resolve("railway/schema.graphqls"));
      RuntimeWiring noData =
          RuntimeWiring.newRuntimeWiring().wiringFactory(new MockedWiringFactory()).build();
      return new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(types), noData);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
