#!/usr/bin/env bash
# Generates a Java client from the contract with OpenAPI Generator, and compiles it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

version=7.25.0

find_jdk
find_maven
build
work=$(temporary_directory client)
trap 'rm -rf "$work"' EXIT
maven -N dependency:copy -Dartifact="org.openapitools:openapi-generator-cli:$version" -DoutputDirectory="$work"
"$JAVA_HOME/bin/java" -jar "$work/openapi-generator-cli-$version.jar" generate --generator-name java \
  --library apache-httpclient --additional-properties openApiNullable=false,useJakartaEe=true \
  --input-spec "$ROOT/service/src/main/resources/openapi.json" --output "$work/client" >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; die 1 "OpenAPI Generator could not read the contract."; }
# The client needs Jackson and an HTTP client, which the service has too.
find "$work/client/src/main" -name '*.java' >"$work/sources"
"$JAVA_HOME/bin/javac" -proc:none -Xlint:none -nowarn -d "$work/classes" -cp "$ROOT/service/target/lib/*" "@$work/sources" ||
  die 1 "The generated client does not compile."
echo "The client that was generated from the contract compiles ($(wc -l <"$work/sources") files)."
