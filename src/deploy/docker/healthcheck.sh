#!/bin/bash
# Whether the server in this container takes calls: exit code 0, or 1. By bash alone, because a JRE's image need not have
# curl, and a Java that starts every ten seconds would take more than the server does.
exec 3<>"/dev/tcp/${POSTHASTE_HEALTH_HOST:-127.0.0.1}/${POSTHASTE_PORT:-8080}" || exit 1
printf 'GET /api/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 _ status _ <&3 && [ "$status" = 200 ] || exit 1
