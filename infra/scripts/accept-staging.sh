#!/bin/sh
# Runs the acceptance scenarios against a deployed stack, as a customer who exists only for that time.
set -eu
cd "$(dirname "$0")/.."
stack=${1:?which stack, such as TripSaga-staging}
output() {
  aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
pool=$(output UserPoolId)
client=$(output UserPoolClientId)
name="acceptance-$(date +%s)@example.com"
password="Aa1!$(head -c 24 /dev/urandom | base64 | tr -d '\n')"
aws cognito-idp admin-create-user --user-pool-id "$pool" --username "$name" --message-action SUPPRESS >/dev/null
trap 'aws cognito-idp admin-delete-user --user-pool-id "$pool" --username "$name"' EXIT
aws cognito-idp admin-set-user-password --user-pool-id "$pool" --username "$name" --password "$password" --permanent
TRIP_TOKEN=$(aws cognito-idp admin-initiate-auth --user-pool-id "$pool" --client-id "$client" \
  --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters "USERNAME=$name,PASSWORD=$password" \
  --query AuthenticationResult.IdToken --output text)
TRIP_API=$(output ApiUrl)
export TRIP_TOKEN TRIP_API
node --import tsx scripts/acceptance.ts happy-path compensation cancellation
