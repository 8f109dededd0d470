#!/bin/sh
# A client of the old REST API with nothing but curl: it adds an environment, has
# it scanned, and reads what was found.
#
#   switch.sh URL USER PASSWORD ENVIRONMENT-FILE
#
# The file is the body of POST /environment_configs.
set -eu

url=$1 user=$2 password=$3 file=$4
token=

# text NAME: the first member of that name in the JSON on standard input.
text() {
	sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p' | head -n 1
}

# ask METHOD PATH [CURL OPTION...]: the body of the answer; ends the script if
# the answer is an error other than "not found", which an empty list may be.
ask() {
	method=$1 path=$2
	shift 2
	curl -sS -X "$method" -H "X-Auth-Token: $token" -H 'Content-Type: application/json' -w '\n%{http_code}' "$@" "$url$path" >"$answer"
	status=$(tail -n 1 "$answer")
	sed '$d' "$answer"
	case $status in
	2??) ;;
	404) return 0 ;;
	*)
		echo "$method $path: $status $(text message <"$answer")" >&2
		return 1
		;;
	esac
}

# pages LIST PATH MEMBER: reads a list page by page and counts its entries, each
# of which has the member.
pages() {
	page=0 all=0
	while :; do
		ask GET "$2&page=$page&page_size=50" >"$body"
		n=$(grep -o "\"$3\":" "$body" | wc -l)
		all=$((all + n))
		page=$((page + 1))
		[ "$n" -eq 50 ] || break
	done
	echo "$1: $all on $page pages"
}

answer=$(mktemp) body=$(mktemp)
trap 'rm -f "$answer" "$body"' EXIT

token=$(ask POST /auth/tokens -d '{"auth": {"methods": ["credentials"], "credentials": {"username": "'"$user"'", "password": "'"$password"'"}}}' | text token)
[ -n "$token" ] || { echo "no token" >&2; exit 1; }

env=$(sed -n 's/^ "name": *"\([^"]*\)".*/\1/p' "$file" | head -n 1)
ask POST /environment_configs -d "@$file" | text message

scan=$(ask POST /scans -d '{"environment": "'"$env"'", "status": "pending", "log_level": "warning", "clear": true}' | text id)
tries=0
while :; do
	state=$(ask GET "/scans?env_name=$env&id=$scan" | text status)
	case $state in
	completed | completed_with_errors | failed) break ;;
	esac
	tries=$((tries + 1))
	[ "$tries" -lt 300 ] || { echo "the scan does not end: $state" >&2; exit 1; }
	sleep 1
done
echo "scan: $state"

pages objects "/inventory?env_name=$env" name_path
pages links "/links?env_name=$env" link_type
pages cliques "/cliques?env_name=$env" focal_point_type
pages messages "/messages?env_name=$env" level

clique=$(ask GET "/cliques?env_name=$env&focal_point_type=instance&page_size=1" | text id)
echo "clique: $(ask GET "/cliques?env_name=$env&id=$clique" | grep -o '"link_name":' | wc -l) links of an instance"

ask DELETE /auth/tokens
