<?php

use App\Http\Controllers\OrderHook;
use App\Http\Middleware\VerifyPosthaste;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Route;

Route::post('/hook', OrderHook::class)->middleware(VerifyPosthaste::class);

// Tells the test what was done, a line for each time.
Route::get('/orders', fn () => DB::table('orders')->pluck('received_as')->implode("\n") . "\n");
