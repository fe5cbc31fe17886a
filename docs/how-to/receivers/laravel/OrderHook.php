<?php

namespace App\Http\Controllers;

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;

/** The controller: the id and the work commit together, so that the work is done once. */
final class OrderHook
{
    public function __invoke(Request $request): JsonResponse
    {
        $isNew = DB::transaction(function () use ($request): bool {
            // create table received (id varchar(255) primary key, at timestamp not null)
            $isNew = DB::table('received')->insertOrIgnore(['id' => $request->header('webhook-id'), 'at' => now()]) === 1;
            if ($isNew) {
                // The work, with the same connection.
                DB::table('orders')->insert(['received_as' => $request->header('webhook-id'), 'body' => $request->getContent()]);
            }
            return $isNew;
        });

        return response()->json(['done' => true, 'before' => !$isNew]);
    }
}
