package dev.warmgate;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.warmgate.filter.TracedRequestFilter;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.secret.Crypto;
import jakarta.annotation.Priority;
import jakarta.ws.rs.WebApplicationException;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** Enforces the rules of the code's structure: layers, dependencies and naming. */
@AnalyzeClasses(packages = "dev.warmgate", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final Class<?> ERROR_OF_JAX_RS = WebApplicationException.class;

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.warmgate.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule sqlStaysInDaosAndTheDatabasePackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.warmgate.database..")
          .and()
          .haveNameNotMatching(".*Dao(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql..", "com.zaxxer..");

  @ArchTest
  static final ArchRule onlyCryptoUsesJavaCryptography =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Crypto.class)
          .and()
          .resideOutsideOfPackage("dev.warmgate.cli.validate..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("javax.crypto..").or(assignableTo(SecureRandom.class)));

  /** The judge shares no code with what it judges. */
  @ArchTest
  static final ArchRule validationKnowsTheServiceFromOutsideOnly =
      classes()
          .that()
          .resideInAPackage("dev.warmgate.cli.validate..")
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("dev.warmgate..")
                  .or(resideInAnyPackage("dev.warmgate.cli.validate..")));

  @ArchTest
  static final ArchRule noCommandChangesTheConfiguration =
      noClasses()
          .that()
          .doNotBelongToAnyOf(WarmgateConfiguration.class)
          .should()
          .setFieldWhere(
              JavaFieldAccess.Predicates.target(owner(assignableTo(WarmgateConfiguration.class))));

  @ArchTest
  static final ArchRule onlyRedisAndRateLimitsUseTheRedisClient =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.warmgate.redis..", "dev.warmgate.ratelimit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.lettuce..");

  @ArchTest
  static final ArchRule servicesDoNotDependOnHttp =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Service")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..");

  @ArchTest
  static final ArchRule resourcesDoNotCallDaos =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Resource")
          .should()
          .dependOnClassesThat()
          .haveSimpleNameEndingWith("Dao");

  @ArchTest
  static final ArchRule filtersAreFinalAndHaveAPriority =
      classes()
          .that()
          .areAssignableTo(TracedRequestFilter.class)
          .and()
          .doNotHaveModifier(ABSTRACT)
          .should()
          .haveModifier(FINAL)
          .andShould()
          .beAnnotatedWith(Priority.class);

  /** The lowest layer. */
  @ArchTest
  static final ArchRule requestsDoNotDependOnFeatures =
      classes()
          .that()
          .resideInAPackage("dev.warmgate.request..")
          .should()
          .onlyDependOnClassesThat(
              resideOutsideOfPackage("dev.warmgate..")
                  .or(
                      resideInAnyPackage(
                          "dev.warmgate.request..",
                          "dev.warmgate.problem..",
                          "dev.warmgate.telemetry..")));

  /** The layer above the features: only the outermost packages may depend on filters. */
  @ArchTest
  static final ArchRule featuresDoNotDependOnFilters =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.warmgate",
              "dev.warmgate.filter..",
              "dev.warmgate.traffic..",
              "dev.warmgate.connector..",
              "dev.warmgate.status..",
              "dev.warmgate.observatory..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.warmgate.filter..");

  /** Keeps every security decision that depends on the warm-up mark in {@link DecoyRules}. */
  @ArchTest
  static final ArchRule onlyTheDecoyRulesReadTheWarmUpMark =
      noClasses()
          .that()
          .doNotBelongToAnyOf(RequestContext.class, DecoyRules.class)
          .should()
          .callMethod(RequestContext.class, "isWarmup");

  @ArchTest
  static final ArchRule onlyTheWarmUpMarksRequests =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.warmgate.request..", "dev.warmgate.warmup..")
          .should()
          .callMethod(RequestContext.class, "markWarmup");

  @ArchTest
  static final ArchRule onlyTheRequestContextHasAThreadLocal =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .doNotBelongToAnyOf(RequestContext.class)
          .should()
          .haveRawType(ThreadLocal.class);

  /** Also not within a list, a nested record or the result of a method. */
  @ArchTest
  static final ArchRule resourcesDoNotReturnRowsOfDaos =
      classes().that().haveNameMatching(".*Resource(\\$.*)?").should(returnNoRowsOfDaos());

  private static ArchCondition<JavaClass> returnNoRowsOfDaos() {
    return new ArchCondition<>("return no rows of DAOs") {
      @Override
      public void check(JavaClass resource, ConditionEvents events) {
        Stream.concat(
                resource.getFields().stream().map(JavaField::getType),
                resource.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(PUBLIC))
                    .map(JavaMethod::getReturnType))
            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
            .filter(type -> type.getName().matches(".*Dao\\$.*"))
            .forEach(row ->
                events.add(
                    SimpleConditionEvent.violated(
                        resource, resource.getName() + " returns " + row.getName())));
      }
    };
  }

  @ArchTest
  static final ArchRule errorsAreThrownAsApiExceptions =
      noClasses().should().callConstructorWhere(target(owner(assignableTo(ERROR_OF_JAX_RS))));

  @ArchTest
  static final ArchRule classesHaveNoGenericNames =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)");

  @ArchTest
  static final ArchRule loggersArePrivateConstants =
      fields()
          .that()
          .haveRawType(Logger.class)
          .should()
          .haveModifier(PRIVATE)
          .andShould()
          .haveModifier(STATIC)
          .andShould()
          .haveModifier(FINAL);

  @ArchTest
  static final ArchRule onlyCommandsPrintToTheConsole =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.warmgate.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
