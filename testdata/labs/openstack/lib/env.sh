# The file that tests read: where the cloud is and who may look at it.
# shellcheck shell=bash

# write_env OWNER USER PASSWORD KEY KNOWN_HOSTS, for the addresses of the plan.
write_env() {
    local owner=$1 user=$2 password=$3 key=$4 known=$5 node hosts=''
    for node in "${NODES[@]}"; do hosts+="$node=$(address "$node" "$MANAGEMENT") "; done
    (
        umask 077
        cat >"$ENV_FILE.new" <<EOT
# OpenStack lab. Written by testdata/labs/openstack, do not edit.
LAB_OWNER='$owner'
LAB_SCRIPTS='$HERE'
LAB_AUTH_URL='http://$(address node-1 "$MANAGEMENT"):5000/v3'
LAB_USER='$user'
LAB_PASSWORD='$password'
LAB_PROJECT='admin'
LAB_DOMAIN='Default'
LAB_REGION='RegionOne'
LAB_HOSTS='${hosts% }'
LAB_MASTER='node-1'
LAB_SSH_USER='$user'
LAB_SSH_PASSWORD='$password'
LAB_SSH_PORT='2222'
LAB_SSH_KEY='$key'
LAB_SSH_KNOWN_HOSTS='$known'
LAB_DB_HOST='$(address node-1 "$MANAGEMENT")'
LAB_DB_PORT='3306'
LAB_DB_USER='$user'
LAB_DB_PASSWORD='$password'
LAB_AMQP_HOST='$(address node-1 "$MANAGEMENT")'
LAB_AMQP_PORT='5672'
LAB_AMQP_USER='$user'
LAB_AMQP_PASSWORD='$password'
EOT
    )
    mv "$ENV_FILE.new" "$ENV_FILE"
}
