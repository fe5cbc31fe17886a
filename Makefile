# The front door. `make help` lists what there is; CI calls the same targets.

MVN := mvn -B -q
JAR := target/posthaste.jar
SOURCES := pom.xml $(shell find src/main -type f)

.DEFAULT_GOAL := help
.PHONY: help run receive test check format docs package faults chaos fuzz audit bench mutants pictures clients crons release vendor clean openapi

help: ## Lists the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(JAR) ## Builds and starts a server on an embedded database, for trying things out: jobs may reach this machine
	@echo "For trying things out: jobs may reach loopback addresses of this machine (POSTHASTE_EGRESS_ALLOW)."
	@POSTHASTE_EGRESS_ALLOW="$${POSTHASTE_EGRESS_ALLOW:-127.0.0.0/8,::1/128}" \
	  POSTHASTE_PRINT_LOGIN_LINK="$${POSTHASTE_PRINT_LOGIN_LINK:-true}" exec java -XX:+ExitOnOutOfMemoryError -jar $(JAR) server config.yml

receive: $(JAR) ## Starts a small receiver on port 9000 that prints what arrives
	@exec java -XX:+ExitOnOutOfMemoryError -jar $(JAR) receive --port $${POSTHASTE_RECEIVE_PORT:-9000}

test: ## Runs every test: units, and those against a real PostgreSQL and real HTTP servers
	@src/test/tests.sh verify

check: ## Formats-or-fails and compiles with the static checks
	$(MVN) test-compile

format: ## Formats the sources
	$(MVN) spotless:apply

docs: ## Writes docs/settings.md anew from the settings classes, and docs/reference.md from the description of the API
	$(MVN) test -Dtest=SettingsPageTest,ReferencePageTest -Dtest.jvm.options=-Ddocs.write=true

package: $(JAR) ## Builds target/posthaste.jar

# Without the tests, which take longer to compile than all the rest; make check and make test compile them.
$(JAR): $(SOURCES)
	@echo "Building $(JAR): the first time it takes some minutes, and Maven fetches what it needs."
	$(MVN) package -Dmaven.test.skip=true
	@touch $(JAR)

clients: $(JAR) ## Drives the built server from outside: curl, PHP, Node.js and Python
	src/test/clients/run.sh

crons: $(JAR) ## Compares when crons fire with croner of npm; part of make clients
	src/test/clients/crons/run.sh

openapi: ## Lints the description of the API with Spectral of npm; part of make clients; POSTHASTE_SPECTRAL=required fails without it
	src/test/clients/openapi/run.sh

faults: ## Tests with faults of the machine: clocks that are set, full disks, killed databases; about ten minutes
	@src/test/tests.sh -Pfaults verify

chaos: ## Three nodes under random faults, and a check of all that they did; OPTIONS="--minutes 10 --seed N --rate 30"
	$(MVN) -Pchaos verify -DskipTests -Dchaos.options="$(OPTIONS)"

fuzz: ## Holds the rules against 280,000 inputs, 6,000 of them pushed to a server; SEED=... repeats a run
	@src/test/fuzz.sh $(SEED)

audit: ## Lists known vulnerabilities of what is in the jar, or says what that takes (exit code 2 from the script)
	@src/test/audit.sh

bench: ## Measures, side by side with the peers; about 15 minutes
	$(MVN) -Pbench verify -DskipTests

mutants: ## Breaks the decisions in many small ways, and fails when tests miss more than a tenth; under ten minutes
	$(MVN) -Pmutants process-test-classes

release: ## Makes a release of what is committed under target/release: built twice, compared, with SBOM and digests
	@src/release/release.sh

vendor: ## Renews what npm packages the jar ships and tests load, by vendor.lock.json; OPTIONS=--update after a version was changed there
	@node src/release/vendor.mjs $(OPTIONS)

pictures: ## Draws each page of the dashboard into target/pictures, in both themes and widths; wants Chromium
	POSTHASTE_BROWSER=required $(MVN) verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=EveryPageIT -Dtest.jvm.options=-Dpictures=target/pictures

clean: ## Removes what was built
	$(MVN) clean
