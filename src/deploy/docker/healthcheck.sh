#!/bin/bash
# Whether the server in this container is ready for calls: exit code 0, or 1. By bash alone, because a JRE's image need not
# have curl, and a Java that starts every ten seconds would take more than the server does. Whoever ends what is unhealthy
# (Swarm, ECS) is better told /api/live: no restart brings a database back.
exec 3<>"/dev/tcp/${POSTHASTE_HEALTH_HOST:-127.0.0.1}/${POSTHASTE_PORT:-8080}" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${1:-/api/ready}" >&3
read -r -t 4 _ status _ <&3 && [ "$status" = 200 ] || exit 1
